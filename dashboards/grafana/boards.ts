import type { Board } from '#dashboards/grafana/board.ts';
import { accessAndCameras } from '#dashboards/grafana/boards/access-and-cameras.ts';
import { communityOverview } from '#dashboards/grafana/boards/community-overview.ts';
import { deviceHealth } from '#dashboards/grafana/boards/device-health.ts';
import { elderlyCare } from '#dashboards/grafana/boards/elderly-care.ts';
import { fireSafety } from '#dashboards/grafana/boards/fire-safety.ts';
import { platformHealth } from '#dashboards/grafana/boards/platform-health.ts';
import { tasksAndIndicators } from '#dashboards/grafana/boards/tasks-and-indicators.ts';

/** Every board there is. */
export const boards: readonly Board[] = [
  communityOverview,
  fireSafety,
  elderlyCare,
  accessAndCameras,
  deviceHealth,
  tasksAndIndicators,
  platformHealth,
];
