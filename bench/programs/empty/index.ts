/** Declares nothing. */
export default async function program() {}
