/** Lets somebody look on. What goes wrong with that must not end what is looked at. */
export function unharmed(watch: () => void): void {
  try {
    watch();
  } catch {
    // Only what it would have shown is missing.
  }
}
