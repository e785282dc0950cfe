import './recordings.test.ts';
