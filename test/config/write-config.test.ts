import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {readConfig} from '../../source/config/read-config.ts';
import {type ConfigOptions, optionsFromConfig, specFromConfig} from '../../source/config/spec-from-config.ts';
import {configText} from '../../source/config/write-config.ts';
import {arbitrarySpec} from './arbitrary-spec.ts';

/** The variables that texts could be taken for. */
const env = {HOME: '/home/me', X: 'wrong', a: 'wrong', A: 'wrong'};

async function readBack(text: string) {
	const {config, warnings} = await readConfig({name: 'x.yaml', text, folder: '/nowhere'}, env);
	const spec = await specFromConfig(config, {
		name: config.metadata?.name ?? '',
		folder: '/nowhere',
		fail(at, {reason}) {
			throw new Error(`${at.join('.')}: ${reason}`);
		},
	});
	return {spec, options: optionsFromConfig(config), warnings};
}

describe('a written config file', () => {
	it('asks for the same cluster when it is read', async () => {
		await fc.assert(
			fc.asyncProperty(
				arbitrarySpec,
				fc.boolean(),
				fc.constantFrom('yaml', 'json'),
				async (spec, isComplete, format) => {
					const back = await readBack(configText(spec, {isComplete, format}));
					expect(back.spec).toEqual(spec);
					expect(back.warnings).toEqual([]);
				},
			),
			{numRuns: 150},
		);
	});

	it('asks for the same way of making it', async () => {
		const boolean = fc.boolean();
		const options: fc.Arbitrary<ConfigOptions> = fc.record(
			{
				wait: boolean,
				timeout: fc.integer({min: 0, max: 10_000_000}),
				keepOnFailure: boolean,
				updateKubeconfig: boolean,
				switchContext: boolean,
			},
			{requiredKeys: []},
		);
		await fc.assert(
			fc.asyncProperty(options, async given => {
				expect((await readBack(configText(defaultSpec('dev'), {options: given}))).options).toEqual(given);
			}),
		);
	});

	it('is short and readable', () => {
		const spec = {
			...defaultSpec('dev'),
			agents: 2,
			ports: [{value: '8080:80', filters: ['loadbalancer']}],
			env: [{value: 'PRICE=5$', filters: ['server:0', 'agent:*']}],
			files: [{content: 'a: 1\nb: 2\n', destination: 'k3s-manifests/x.yaml', description: undefined, filters: []}],
		};
		expect(configText(spec, {comment: 'Made from the cluster dev.\nFor $5.'})).toBe(`# Made from the cluster dev.
# For 5.
apiVersion: k3d.io/v1alpha5
kind: Simple
metadata:
  name: dev
servers: 1
agents: 2
image: ${spec.image}
ports:
  - port: 8080:80
    nodeFilters: [loadbalancer]
env:
  - envVar: "PRICE=5\\x24"
    nodeFilters: [server:0, agent:*]
files:
  - source: |
      a: 1
      b: 2
    destination: k3s-manifests/x.yaml
`);
	});
});
