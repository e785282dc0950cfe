import { type Check, fine, problem } from '#app/doctor/finding.ts';

const wanted = [24, 12] as const;

export const node: Check = {
  name: 'node',
  examine: () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isNewEnough = major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
    return isNewEnough
      ? [fine(`Node.js ${process.versions.node}`)]
      : [
          problem(
            `Node.js ${process.versions.node} is too old`,
            `run npm ci, which installs one, or take ${wanted.join('.')}`,
          ),
        ];
  },
};
