import {availableParallelism} from 'node:os';
import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		testTimeout: 20_000,
		// The long tests wait for containers most of the time; one less than there are cores would be one on a small machine.
		maxWorkers: Math.max(3, availableParallelism() - 1),
		globalSetup: 'test/setup/global.ts',
		reporters: ['default', 'test/setup/closing-line.ts'],
	},
});
