import type {FileSpec} from '../cluster-spec.ts';
import type {PlannedFile} from '../plan/cluster-plan.ts';
import {Problem} from '../problem.ts';
import {placeInNode, placeNames} from './volume.ts';

/** A file of the user's as it is put into nodes. Its place may begin with a short name: `k3s-manifests-custom/a.yaml`. */
export function plannedFile({content, destination}: FileSpec): PlannedFile {
	const path = placeInNode(destination);
	const subject = `file "${destination}"`;
	if (!path.startsWith('/')) {
		throw new Problem(
			subject,
			'it is no absolute path in the node',
			`Begin with / or with one of ${placeNames.join(', ')}.`,
		);
	}
	if (path.endsWith('/') || path.split('/').some(part => part === '.' || part === '..')) {
		throw new Problem(subject, 'it names no file', 'Write the whole path of the file, without . and .. in it.');
	}
	// A node's /run is in memory and begins empty at every start.
	const volatile = ['/run/', '/var/run/', '/proc/', '/sys/', '/dev/'].find(folder => path.startsWith(folder));
	if (volatile !== undefined) {
		throw new Problem(subject, `what is put into ${volatile} is gone when the node starts`, 'Choose another folder.');
	}
	return {path, mode: 0o644, content};
}
