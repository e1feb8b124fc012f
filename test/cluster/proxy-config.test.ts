import {describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {
	proxyConfigFrom,
	proxyConfigText,
	withNode,
	withoutNode,
} from '../../source/cluster/load-balancer/proxy-config.ts';
import {recordedText} from '../setup/recorded.ts';

const recordedConfig = proxyConfigFrom(parse(recordedText('files/lb-values.yaml')));

describe('the load balancer’s configuration', () => {
	it('survives being read and written', () => {
		expect(proxyConfigFrom(parse(proxyConfigText(recordedConfig)))).toEqual(recordedConfig);
	});

	it('sends a new agent what every agent gets, and not what was meant for one', () => {
		const grown = withNode(recordedConfig, {name: 'k3d-rec-agent-2', role: 'agent'}, [
			'k3d-rec-agent-0',
			'k3d-rec-agent-1',
		]);
		expect(grown.ports['80.tcp']).toContain('k3d-rec-agent-2');
		expect(grown.ports['9000.udp']).toContain('k3d-rec-agent-2');
		expect(grown.ports['443.tcp']).toEqual(['k3d-rec-agent-0']);
		expect(grown.ports['6443.tcp']).toEqual(['k3d-rec-server-0']);
	});

	it('sends a new server the API', () => {
		const grown = withNode(recordedConfig, {name: 'k3d-rec-server-1', role: 'server'}, ['k3d-rec-server-0']);
		expect(grown.ports['6443.tcp']).toEqual(['k3d-rec-server-0', 'k3d-rec-server-1']);
	});

	it('forgets a node everywhere, keeping settings and other targets', () => {
		const config = {...recordedConfig, settings: {workerConnections: 2048, defaultProxyTimeout: 900}};
		const shrunk = withoutNode(config, 'k3d-rec-agent-0');
		expect(JSON.stringify(shrunk)).not.toContain('k3d-rec-agent-0');
		expect(shrunk.ports['80.tcp']).toEqual(['k3d-rec-server-0', 'k3d-rec-agent-1']);
		expect(shrunk.ports['443.tcp']).toBeUndefined();
		expect(shrunk.settings).toEqual(config.settings);
	});

	it('reads rubbish as nothing', () => {
		expect(proxyConfigFrom(parse('hello'))).toEqual({ports: {}, settings: {}});
		expect(proxyConfigFrom(undefined)).toEqual({ports: {}, settings: {}});
	});
});
