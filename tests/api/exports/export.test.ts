import { exportContract } from '#tests/api/exports/export.contract.ts';
import { openTemporary } from '#tests/store/history/open-duckdb.ts';

exportContract('DuckDB', () => openTemporary());
