import {Problem} from '../problem.ts';
import {bringsRegistries, registriesPath} from '../registries/mirrors.ts';
import type {ClusterPlan, PlannedFile, PlannedRegistry} from './cluster-plan.ts';

/** What a cluster's registries make of its plan. */
export interface PlannedRegistries {
	readonly create: PlannedRegistry | undefined;
	readonly use: readonly string[];
	/** The text of registries.yaml. */
	readonly file: string;
	readonly secrets: readonly string[];
	readonly warnings: readonly string[];
}

/**
 * The plan with registries: in every server and agent a file that names them, and the one that is made with it. Throws a
 * Problem where something else brings that file.
 */
export function withRegistries(plan: ClusterPlan, registries: PlannedRegistries | undefined): ClusterPlan {
	if (registries === undefined) return plan;
	const isRegistries = ({path}: PlannedFile) => path === registriesPath;
	const workers = plan.containers.filter(({role}) => role !== 'loadbalancer');
	if (workers.some(({body, files}) => bringsRegistries(body.HostConfig.Binds) || files.some(isRegistries))) {
		throw new Problem(
			`cluster "${plan.name}"`,
			'a volume or a file brings a registries.yaml, and registries are asked for too',
			'Leave it out, and give the file as --registry-config.',
		);
	}
	const file = {path: registriesPath, mode: 0o644, content: registries.file};
	return {
		...plan,
		images: [...new Set([...plan.images, ...(registries.create ? [registries.create.body.Image] : [])])],
		containers: plan.containers.map(container =>
			workers.includes(container) ? {...container, files: [...container.files, file]} : container,
		),
		registry: registries.create,
		usedRegistries: registries.use,
		secrets: registries.secrets,
		warnings: [...plan.warnings, ...registries.warnings],
	};
}
