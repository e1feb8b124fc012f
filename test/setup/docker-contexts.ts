import {createHash} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

function write(file: string, content: unknown): void {
	mkdirSync(path.dirname(file), {recursive: true});
	writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** Docker CLI's store in a folder, as `docker context create` fills it. */
export class DockerContexts {
	readonly folder: string;

	constructor(folder: string) {
		this.folder = folder;
	}

	/** A context that leads to an address, or whose file has this text. */
	add(name: string, host: string | {readonly text: string}, description?: string): void {
		const id = createHash('sha256').update(name).digest('hex');
		const metadata = {Name: name, Metadata: {Description: description}, Endpoints: {docker: {Host: host}}};
		write(path.join(this.folder, 'contexts/meta', id, 'meta.json'), typeof host === 'string' ? metadata : host.text);
	}

	use(name: string): void {
		write(path.join(this.folder, 'config.json'), {currentContext: name});
	}
}
