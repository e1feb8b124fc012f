// A CommonJS library that is imported late has no named exports in the bundle; it has them through this module.
export {compareBuild, parse} from 'semver';
