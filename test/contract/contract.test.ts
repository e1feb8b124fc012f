import type Docker from 'dockerode';
import {afterAll, beforeAll, describe} from 'vitest';
import {findInCatalog} from '../../source/demo/engine/image-catalog.ts';
import {type BuiltInEngine, startEngine} from '../../source/demo/engine/start-engine.ts';
import {testImage} from '../images/images.ts';
import {describeWithEngine, testEngineHost} from '../setup/engine.ts';
import {cliContract} from './cli-contract.ts';
import {containerContract} from './container-contract.ts';
import {type EngineFixture, openFixture} from './engine-fixture.ts';
import {networkContract} from './network-contract.ts';
import {outputContract} from './output-contract.ts';
import {systemContract} from './system-contract.ts';

/** What every Docker Engine that k3dui talks to does, the built-in one too. */
function contract(open: () => Promise<EngineFixture>): void {
	let engine: EngineFixture | undefined;
	beforeAll(async () => {
		engine = await open();
	}, 120_000);
	afterAll(() => engine?.close(), 60_000);
	const opened = () => {
		if (!engine) throw new Error('The engine is not open.');
		return engine;
	};
	describe('system and images', () => systemContract(opened));
	describe('containers', () => containerContract(opened));
	describe('output, commands and files', () => outputContract(opened));
	describe('networks and volumes', () => networkContract(opened));
	describe('the docker CLI', () => cliContract(opened));
}

describeWithEngine('the contract on a real engine', () => {
	contract(() => openFixture(testEngineHost(), (docker: Docker) => testImage(docker, 'tools')));
});

describe('the contract on the built-in engine', () => {
	let builtIn: BuiltInEngine | undefined;
	afterAll(() => builtIn?.close());
	contract(async () => {
		builtIn = await startEngine();
		const found = findInCatalog('busybox', 'latest');
		if (found && found !== 'no-tag') builtIn.daemon.images.add(found, 'busybox:latest', undefined);
		return openFixture(builtIn.host, async () => 'busybox:latest');
	});
});
