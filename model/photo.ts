/** As ids of photos are: 128 random bits, so that whoever knows one was told it. */
export const photoIdPattern = '^[0-9a-f]{32}$';
