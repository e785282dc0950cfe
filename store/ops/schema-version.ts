/** What `pragma user_version` says of an ops store of this version: how many migrations there are (migrate.ts). */
export const schemaVersion = 21;

/** "Grid" in ASCII: tells an ops store from any other SQLite file. */
export const applicationId = 0x47726964;
