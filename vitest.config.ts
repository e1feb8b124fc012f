import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		testTimeout: 20_000,
		globalSetup: 'test/setup/global.ts',
		reporters: ['default', 'test/setup/closing-line.ts'],
	},
});
