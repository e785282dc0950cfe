'use strict';

/** The words of all nodes are in the catalogue of the connection, so that each stands once. */
const catalogue = 'node-red-gridbell/gridbell-server:gridbell';

/** `text(key, values)`: in the language of the Node-RED that runs, not of who looks. */
exports.textsOf = (RED) => (key, values) => RED._(`${catalogue}.${key}`, values);
