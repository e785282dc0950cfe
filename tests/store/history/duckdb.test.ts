import { openTemporary } from '#tests/store/history/open-duckdb.ts';
import { historyContract } from '#tests/store/history.contract.ts';

historyContract('DuckDB', openTemporary);
