import { join } from 'node:path';
import { writeMessage } from '#app/flows/child/log-lines.ts';
import type { NodeRedMessage } from '#app/flows/child/node-red.ts';
import { editorRoot, type FlowsOrders } from '#app/flows/child/orders.ts';

/** Largest deploy, as Node-RED has it. */
const longestDeploy = '5mb';

/** The settings of Node-RED; there is no settings file that somebody could edit past Gridbell. */
export function nodeRedSettings(orders: FlowsOrders): Record<string, unknown> {
  const { gridbell, mayInstall, palette, userDir } = orders;
  const modules = { allowInstall: mayInstall, allowUpload: mayInstall, allowUpdate: mayInstall };
  return {
    userDir,
    flowFile: 'flows.json',
    flowFilePretty: true,
    credentialSecret: orders.credentialSecret,
    // Spreadsheets and the like lie apart from what Node-RED keeps.
    fileWorkingDirectory: join(userDir, 'files'),
    ...(palette === null ? {} : { nodesDir: [palette] }),
    httpAdminRoot: editorRoot,
    // What comes in for flows comes by Gridbell: nothing of theirs answers requests from outside.
    httpNodeRoot: false,
    apiMaxLength: longestDeploy,
    safeMode: orders.safeMode,
    // The palette's way to Gridbell; a function, so that nothing writes it down.
    gridbell: { url: gridbell.url, token: () => gridbell.token },
    functionExternalModules: mayInstall,
    functionTimeout: 0,
    functionGlobalContext: {},
    exportGlobalContextKeys: false,
    externalModules: { autoInstall: false, palette: modules, modules },
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: true, ui: true },
    runtimeState: { enabled: true, ui: true },
    // What is in memory alone would be lost with each restart.
    contextStorage: { default: { module: 'localfilesystem' }, memory: { module: 'memory' } },
    logging: {
      console: { level: 'off', metrics: false, audit: false },
      gridbell: {
        level: 'info',
        metrics: false,
        audit: false,
        handler: () => (message: NodeRedMessage) => writeMessage(message),
      },
    },
    editorTheme: {
      page: { title: '网格铃 · Node-RED' },
      header: { title: '网格铃 · Node-RED' },
      // Its videos and pictures come from elsewhere.
      tours: false,
      userMenu: false,
      projects: { enabled: false },
      palette: {
        categories: [
          'gridbell',
          'subflows',
          'common',
          'function',
          'network',
          'sequence',
          'parser',
          'storage',
        ],
      },
    },
  };
}
