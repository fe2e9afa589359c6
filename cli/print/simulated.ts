/** Nobody may take a simulated deployment for a real one: every screen that shows one says so. */
export const simulatedNote = "simulated: a stand-in took the place of Nix; nothing was really built or switched";
