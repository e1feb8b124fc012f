import {instance, up} from '../../scripts/engine/lifecycle.ts';
import {dockerAt} from '../setup/docker.ts';
import {testImages} from './images.ts';

// npm run images: builds the test images in the engine that the tests would use and prints their references.
const say = (line: string) => process.stderr.write(`${line}\n`);
try {
	const {host} = await up(instance(), say);
	const images = await testImages(dockerAt(host));
	for (const [name, reference] of Object.entries(images)) {
		process.stdout.write(`${name}\t${reference}\n`);
	}
} catch (error) {
	say(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
}
