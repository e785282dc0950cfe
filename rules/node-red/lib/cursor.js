'use strict';

/** As Gridbell writes them: `1024.3` is behind three of what stands at 1024, `1024` behind all of it. */
const partsOf = (cursor) => {
  const [at, count] = cursor.split('.');
  return [Number(at), count === undefined ? Number.POSITIVE_INFINITY : Number(count)];
};

/** Whether a cursor lies before another one, and is not the same. */
exports.isBefore = (one, other) => {
  const [at, count] = partsOf(one);
  const [otherAt, otherCount] = partsOf(other);
  return at < otherAt || (at === otherAt && count < otherCount);
};
