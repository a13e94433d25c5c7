/** What is costly to make and the same for all labs: engines and images. Safe to delete while no lab command runs. */
export const CACHE_DIR = "/var/cache/ballast-lab";
