type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/**
 * How eyes see linear RGB: as most do, and without red, green or blue cones (Machado, Oliveira, Fernandes 2009, severity 1.0).
 */
export const sights = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopic: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopic: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopic: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const satisfies Record<string, Matrix>;
export type Sight = keyof typeof sights;

const dot = ([a, b, c]: Triple, [x, y, z]: Triple): number => a * x + b * y + c * z;
const times = ([r, g, b]: Matrix, colour: Triple): Triple => [dot(r, colour), dot(g, colour), dot(b, colour)];

/** sRGB of `#rrggbb`, linear, 0 to 1. */
function linear(hex: string): Triple {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return [r, g, b];
}

const toXyz: Matrix = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const white: Triple = [0.95047, 1, 1.08883];

/** CIE L*a*b* (D65) as these eyes see it. */
function labOf(hex: string, sight: Sight): Triple {
  const [r, g, b] = times(sights[sight], linear(hex));
  const seen: Triple = [
    Math.min(Math.max(r, 0), 1),
    Math.min(Math.max(g, 0), 1),
    Math.min(Math.max(b, 0), 1),
  ];
  const [x = 0, y = 0, z = 0] = times(toXyz, seen).map((part, index) => {
    const share = part / (white[index] ?? 1);
    return share > 216 / 24_389 ? Math.cbrt(share) : ((24_389 / 27) * share + 16) / 116;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** L*, from 0 (black) to 100 (white). */
export const lightnessOf = (hex: string, sight: Sight): number => labOf(hex, sight)[0];

/** Delta E (CIE 1976); about 2 is what can just be told apart side by side. */
export function colourDistance(a: string, b: string, sight: Sight): number {
  const [one, other] = [labOf(a, sight), labOf(b, sight)];
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
