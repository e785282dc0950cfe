import './sim-load.test.ts';
