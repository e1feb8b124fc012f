import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {readme} from '../scripts/readme.ts';

it('README.md names every key and every command as the program has them (npm run readme)', async () => {
	expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toBe(await readme());
});
