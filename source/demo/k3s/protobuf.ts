/**
 * Reads the protobuf that kubectl's typed commands (`create namespace`, `drain`'s evictions ...) send. Field numbers are from the
 * `generated.proto` files of k8s.io/api and k8s.io/apimachinery; fields not named here are skipped.
 */

/** `number:name:type` per field. Types: s string, i integer, b boolean, y bytes (base64), m string map, M bytes map, Q quantity map, I integer or string; a capitalised word is a message; `[]` repeats. */
const messages: Readonly<Record<string, string>> = {
	ObjectMeta:
		'1:name:s 2:generateName:s 3:namespace:s 5:uid:s 6:resourceVersion:s 11:labels:m 12:annotations:m 13:ownerReferences:OwnerReference[] 14:finalizers:s[]',
	OwnerReference: '1:kind:s 3:name:s 4:uid:s 5:apiVersion:s 6:controller:b 7:blockOwnerDeletion:b',
	LabelSelector: '1:matchLabels:m 2:matchExpressions:Requirement[]',
	Requirement: '1:key:s 2:operator:s 3:values:s[]',
	Namespace: '1:metadata:ObjectMeta',
	ConfigMap: '1:metadata:ObjectMeta 2:data:m 3:binaryData:M 4:immutable:b',
	Secret: '1:metadata:ObjectMeta 2:data:M 3:type:s 4:stringData:m 5:immutable:b',
	ServiceAccount: '1:metadata:ObjectMeta',
	Service: '1:metadata:ObjectMeta 2:spec:ServiceSpec',
	ServiceSpec:
		'1:ports:ServicePort[] 2:selector:m 3:clusterIP:s 4:type:s 5:externalIPs:s[] 7:sessionAffinity:s 10:externalName:s',
	ServicePort: '1:name:s 2:protocol:s 3:port:i 4:targetPort:I 5:nodePort:i',
	Deployment: '1:metadata:ObjectMeta 2:spec:DeploymentSpec',
	DeploymentSpec:
		'1:replicas:i 2:selector:LabelSelector 3:template:PodTemplate 4:strategy:Strategy 6:revisionHistoryLimit:i 7:paused:b',
	Strategy: '1:type:s 2:rollingUpdate:RollingUpdate',
	RollingUpdate: '1:maxUnavailable:I 2:maxSurge:I',
	PodTemplate: '1:metadata:ObjectMeta 2:spec:PodSpec',
	Pod: '1:metadata:ObjectMeta 2:spec:PodSpec',
	PodSpec:
		'2:containers:Container[] 3:restartPolicy:s 4:terminationGracePeriodSeconds:i 6:dnsPolicy:s 7:nodeSelector:m 8:serviceAccountName:s 10:nodeName:s 11:hostNetwork:b 22:tolerations:Toleration[]',
	Toleration: '1:key:s 2:operator:s 3:value:s 4:effect:s 5:tolerationSeconds:i',
	Container:
		'1:name:s 2:image:s 3:command:s[] 4:args:s[] 5:workingDir:s 6:ports:ContainerPort[] 7:env:EnvVar[] 8:resources:Resources 14:imagePullPolicy:s',
	ContainerPort: '1:name:s 2:hostPort:i 3:containerPort:i 4:protocol:s',
	EnvVar: '1:name:s 2:value:s',
	Resources: '1:limits:Q 2:requests:Q',
	Eviction: '1:metadata:ObjectMeta 2:deleteOptions:DeleteOptions',
	DeleteOptions: '1:gracePeriodSeconds:i 2:preconditions:Preconditions 4:propagationPolicy:s 5:dryRun:s[]',
	Preconditions: '1:uid:s 2:resourceVersion:s',
	TokenRequest: '1:metadata:ObjectMeta 2:spec:TokenRequestSpec',
	TokenRequestSpec: '1:audiences:s[] 4:expirationSeconds:i',
	SelfSubjectAccessReview: '1:metadata:ObjectMeta',
	Role: '1:metadata:ObjectMeta 2:rules:Rule[]',
	ClusterRole: '1:metadata:ObjectMeta 2:rules:Rule[]',
	Rule: '1:verbs:s[] 2:apiGroups:s[] 3:resources:s[] 4:resourceNames:s[] 5:nonResourceURLs:s[]',
	RoleBinding: '1:metadata:ObjectMeta 2:subjects:Subject[] 3:roleRef:RoleRef',
	ClusterRoleBinding: '1:metadata:ObjectMeta 2:subjects:Subject[] 3:roleRef:RoleRef',
	Subject: '1:kind:s 2:apiGroup:s 3:name:s 4:namespace:s',
	RoleRef: '1:apiGroup:s 2:kind:s 3:name:s',
	Unknown: '1:typeMeta:TypeMeta 2:raw:y',
	TypeMeta: '1:apiVersion:s 2:kind:s',
	Entry: '1:key:s 2:value:s',
	BytesEntry: '1:key:s 2:value:y',
	QuantityEntry: '1:key:s 2:value:Quantity',
	Quantity: '1:string:s',
	IntOrString: '1:type:i 2:intVal:i 3:strVal:s',
};

type Fields = ReadonlyMap<number, {readonly name: string; readonly type: string; readonly repeated: boolean}>;
const compiled = new Map<string, Fields>();

function fieldsOf(message: string): Fields {
	let fields = compiled.get(message);
	if (!fields) {
		fields = new Map(
			(messages[message] ?? '').split(' ').map(text => {
				const [number, name = '', type = ''] = text.split(':');
				return [Number(number), {name, type: type.replace('[]', ''), repeated: type.endsWith('[]')}];
			}),
		);
		compiled.set(message, fields);
	}
	return fields;
}

const entryOf: Readonly<Record<string, string>> = {m: 'Entry', M: 'BytesEntry', Q: 'QuantityEntry'};

/** Calls back for every field of a message: its number and a varint's value or the bytes of a delimited field. */
function readFields(bytes: Buffer, onField: (number: number, value: number | Buffer) => void): void {
	let at = 0;
	const varint = () => {
		let [value, factor] = [0, 1];
		for (;;) {
			const byte = bytes[at++];
			if (byte === undefined) throw new RangeError('the protobuf message is cut off');
			value += (byte & 0x7f) * factor;
			factor *= 128;
			if (byte < 0x80) return value;
		}
	};
	while (at < bytes.length) {
		const tag = varint();
		const [number, wire] = [Math.floor(tag / 8), tag % 8];
		if (wire === 0) onField(number, varint());
		else if (wire === 2) {
			const end = varint() + at;
			if (end > bytes.length) throw new RangeError('the protobuf message is cut off');
			onField(number, bytes.subarray(at, end));
			at = end;
		} else if (wire === 1 || wire === 5) at += wire === 1 ? 8 : 4;
		else throw new RangeError(`wire type ${wire} is not part of proto2`);
	}
}

function scalar(type: string, value: number | Buffer): unknown {
	if (typeof value === 'number') return type === 'b' ? value !== 0 : value > 2 ** 63 ? value - 2 ** 64 : value;
	if (type === 's') return value.toString();
	if (type === 'y') return value.toString('base64');
	if (type === 'I') {
		const {type: kind, intVal, strVal} = decodeMessage('IntOrString', value);
		return kind ? strVal : (intVal ?? 0);
	}
	return type === 'Quantity' ? decodeMessage('Quantity', value).string : decodeMessage(type, value);
}

function decodeMessage(message: string, bytes: Buffer): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	const fields = fieldsOf(message);
	readFields(bytes, (number, value) => {
		const field = fields.get(number);
		if (!field) return;
		const {name, type, repeated} = field;
		const entry = entryOf[type];
		if (entry && Buffer.isBuffer(value)) {
			const {key = '', value: content = ''} = decodeMessage(entry, value);
			result[name] = {...(result[name] as object | undefined), [String(key)]: content};
		} else if (repeated) result[name] = [...((result[name] as unknown[] | undefined) ?? []), scalar(type, value)];
		else {
			const content = scalar(type, value);
			// Go writes empty strings for fields that are not set.
			if (content !== '') result[name] = content;
		}
	});
	return result;
}

const magic = Buffer.from('k8s\0');

/** Whether a body is Kubernetes' protobuf. */
export const isProtobuf = (body: Buffer) => body.subarray(0, 4).equals(magic);

/** Decodes an object; undefined for kinds it does not know. @throws RangeError for bytes that are no protobuf */
export function decodeProtobuf(body: Buffer): Record<string, unknown> | undefined {
	const envelope = decodeMessage('Unknown', body.subarray(4));
	const {apiVersion = '', kind = ''} = (envelope.typeMeta ?? {}) as {apiVersion?: string; kind?: string};
	if (!messages[kind]) return undefined;
	return {apiVersion, kind, ...decodeMessage(kind, Buffer.from(String(envelope.raw ?? ''), 'base64'))};
}
