/** All images as one file, and the id of each. */
export interface ImageSet {
  readonly tar: string;
  /** What a daemon's data folder holds once it has loaded them. */
  readonly seed: string;
  readonly ids: Readonly<Record<string, string>>;
}
