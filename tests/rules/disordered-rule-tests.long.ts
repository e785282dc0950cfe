import './disordered-rule-tests.test.ts';
