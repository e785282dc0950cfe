'use strict';

const http = require('node:http');
const https = require('node:https');
const { Refusal } = require('./refusal.js');

/** An answer that is larger is nothing that a flow can work with. */
const mostBytes = 64 * 1024 * 1024;

/** JSON over HTTP to one address, by connections that are kept. */
class Transport {
  #agent;
  #base;
  #headers;
  #maker;
  #tls;

  /** `headers()` is asked for each request, since a token may be another one by then. `tls`: options of node:tls. Throws when `url` is none. */
  constructor({ url, headers, tls = {} }) {
    this.#base = new URL(url.endsWith('/') ? url : `${url}/`);
    if (!['http:', 'https:'].includes(this.#base.protocol)) throw new Error(`${url}: neither http nor https`);
    this.#maker = this.#base.protocol === 'https:' ? https : http;
    this.#agent = new this.#maker.Agent({ keepAlive: true });
    this.#headers = headers;
    this.#tls = tls;
  }

  /**
   * `path` begins with `api/`. Answers `{status, headers, body}`, the body parsed where it is JSON, else text. Throws a Refusal when there is
   * no answer within `timeoutMs`, or `signal` is aborted.
   */
  send(method, path, { body, signal, timeoutMs = 30_000, headers = {} } = {}) {
    const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
    const options = {
      ...this.#tls,
      agent: this.#agent,
      method,
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      headers: {
        accept: 'application/json',
        ...this.#headers(),
        ...headers,
        ...(bytes === null ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
      },
    };
    return new Promise((resolve, reject) => {
      const fail = (error) => reject(Refusal.unreachable(error));
      const request = this.#maker.request(new URL(path, this.#base), options, (response) => {
        const chunks = [];
        let size = 0;
        response.on('error', fail);
        response.on('data', (chunk) => {
          size += chunk.length;
          if (size > mostBytes) request.destroy(new Error(`the answer is larger than ${mostBytes} bytes`));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          if (!response.complete) return fail(new Error('the answer broke off'));
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: bodyOf(response.headers, text),
          });
        });
      });
      request.on('error', fail);
      request.end(bytes ?? undefined);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

function bodyOf(headers, text) {
  const isJson = /^application\/(problem\+)?json\b/.test(headers['content-type'] ?? '');
  if (!isJson || text === '') return text;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy that says so of something else.
    return text;
  }
}

module.exports = { Transport };
