'use strict';

const { Choices } = require('../lib/choices.js');
const { Connection } = require('../lib/connection.js');
const { FeedBell } = require('../lib/feed-bell.js');
const { textsOf } = require('../lib/texts.js');

/** Which Gridbell: the one that runs these flows, or one elsewhere by its address and an API token. */
module.exports = (RED) => {
  const text = textsOf(RED);

  function GridbellServer(config) {
    RED.nodes.createNode(this, config);
    const bells = new Map();
    const { settings } = RED;
    const isHere = config.where === 'here';
    /** Of whom the places of sources are. */
    this.address = isHere ? 'here' : (config.url ?? '').trim();
    this.connection = null;
    try {
      const target = isHere
        ? hereOf(settings.gridbell, text)
        : {
            url: this.address,
            token: () => this.credentials?.token,
            tls: RED.nodes.getNode(config.tls)?.addTLSOptions({}) ?? {},
          };
      this.connection = new Connection(target);
    } catch (error) {
      this.error(text('error.address', { reason: error.message }));
      return;
    }
    void this.connection.open();
    this.bell = (feed) => {
      if (!bells.has(feed)) bells.set(feed, new FeedBell(this.connection, feed));
      return bells.get(feed);
    };
    this.choices = new Choices(this.connection);
    this.on('close', () => this.connection.close());
  }

  RED.nodes.registerType('gridbell-server', GridbellServer, {
    credentials: { token: { type: 'password' } },
    // Tells the editor whether there is a Gridbell around it; the token stays where it is.
    settings: { gridbellServerHere: { value: Boolean(RED.settings.gridbell), exportable: true } },
  });

  // What there is to choose from, for who edits a flow.
  RED.httpAdmin.get(
    '/gridbell/choices/:server/:kind',
    RED.auth.needsPermission('gridbell.read'),
    async (request, response) => {
      const { kind, server } = request.params;
      const node = RED.nodes.getNode(server);
      if (!node?.choices || !Choices.kinds.includes(kind)) return response.sendStatus(404);
      try {
        response.json(await node.choices.of(kind));
      } catch (error) {
        response.status(502).json({ error: error.message });
      }
    },
  );
};

function hereOf(gridbell, text) {
  if (!gridbell) throw new Error(text('error.not-here'));
  return { url: gridbell.url, token: () => gridbell.token(), tls: gridbell.tls };
}
