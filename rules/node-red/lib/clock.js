'use strict';

/** The one place of the palette that reads clocks. Epoch ms. */
exports.now = () => Date.now();

/** For how long something takes, in ms: a clock that is set (by NTP, after a start without a battery) does not move it. */
exports.elapsed = () => performance.now();
