'use strict';

/** What a message of a source is about: `{device, place}`, as far as it says. */
function aboutOf({ payload, reading }) {
  const thing = reading ?? (payload !== null && typeof payload === 'object' ? payload : {});
  const { device, place } = thing;
  return { device: device || undefined, place: place || undefined };
}

/** The reading, or those of the alarm, that made somebody act: shown with the alarm. */
function evidenceOf({ payload, reading }) {
  if (reading) return [{ property: reading.property, value: reading.value, at: reading.at }];
  const evidence = payload?.evidence;
  return Array.isArray(evidence) ? evidence.slice(0, 20) : [];
}

module.exports = { aboutOf, evidenceOf };
