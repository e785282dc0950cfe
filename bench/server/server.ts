/** A server under test: its own process, MQTT on a free port of 127.0.0.1. */
export interface Server extends AsyncDisposable {
  readonly pid: number;
  readonly mqtt: number;
}
