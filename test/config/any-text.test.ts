import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ConfigProblem} from '../../source/config/config-problem.ts';
import {migratedText} from '../../source/config/migrate-text.ts';
import {readConfig} from '../../source/config/read-config.ts';
import {versions} from '../../source/config/schemas.ts';

const source = (text: string) => ({name: 'x.yaml', text, folder: '.'});

/** Values that YAML can have where others are expected. */
const oddValue = fc.constantFrom(
	...['', '~', '3', '-1', '1.5', 'yes', '"text"', '[]', '{}', '[[a]]', '{a: {b: c}}', '!!binary aGk=', '!odd x'],
	...['&a [1]', '*a', '|\n    a\n    b', '> folded', '$VARIABLE', '"server[0]"', '["server[0]"]', '[{label: a}]'],
);
const key = fc.constantFrom(
	...['name', 'metadata', 'servers', 'agents', 'kubeAPI', 'image', 'token', 'volumes', 'ports', 'env', 'labels'],
	...['registries', 'options', 'files', 'hostAliases', '<<', '? [a]\n', '1', '"__proto__"', 'constructor', '~'],
);
const nested = fc.constantFrom(
	...['registries: {create: true}', 'registries: {create: }', 'options: {k3s: {extraServerArgs: [a]}}'],
	...['options: {k3s: {extraAgentArgs: 3}}', 'options: {k3s: [a]}', 'options: {k3d: {disableHostIPInjection: 1}}'],
	...['options: {runtime: {labels: }}', 'labels: [{label: a=b, nodeFilters: ["server[*]"]}]', 'options: {odd: 1}'],
);
const line = fc.oneof(
	fc.tuple(key, oddValue).map(([name, value]) => `${name}: ${value}`),
	nested,
	fc.string({unit: 'grapheme'}),
);
const file = fc
	.tuple(fc.constantFrom(...versions), fc.array(line, {maxLength: 5}))
	.map(([version, lines]) => [`apiVersion: ${version}`, 'kind: Simple', ...lines].join('\n'));

describe('whatever stands in a config file', () => {
	it('it is read, or its mistakes have places in the file', async () => {
		await fc.assert(
			fc.asyncProperty(fc.oneof(file, fc.string({unit: 'binary'})), async text => {
				const problem = await readConfig(source(text), {a: 'b'}).then(
					() => undefined,
					error => error,
				);
				if (problem === undefined) return;
				expect(problem).toBeInstanceOf(ConfigProblem);
				const lines = text.split('\n').length;
				for (const mistake of (problem as ConfigProblem).mistakes) {
					expect(mistake.line).toBeGreaterThanOrEqual(1);
					expect(mistake.line).toBeLessThanOrEqual(lines);
					expect(mistake.column).toBeGreaterThanOrEqual(1);
				}
			}),
			{numRuns: 200},
		);
	});

	it('what can be migrated asks for the same as before', async () => {
		await fc.assert(
			fc.asyncProperty(file, async text => {
				const migrated = await migratedText(source(text), 'k3d.io/v1alpha5').catch(error => error);
				if (migrated instanceof Error) {
					expect(migrated).toBeInstanceOf(ConfigProblem);
					return;
				}
				const before = await readConfig(source(text), {VARIABLE: 'a'}).catch(() => undefined);
				if (before) expect((await readConfig(source(migrated.text), {VARIABLE: 'a'})).config).toEqual(before.config);
			}),
			{numRuns: 200},
		);
	});
});
