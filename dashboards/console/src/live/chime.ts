import { useLocalStorage } from '@vueuse/core';
import { type Ref, readonly } from 'vue';

/** Two soft tones, as of a small bell. A browser plays them only after the page was touched once. */
function ring(): void {
  const audio = new AudioContext();
  const tone = (frequency: number, startS: number): void => {
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0, audio.currentTime + startS);
    volume.gain.linearRampToValueAtTime(0.25, audio.currentTime + startS + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + startS + 1.2);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(audio.currentTime + startS);
    oscillator.stop(audio.currentTime + startS + 1.25);
  };
  tone(880, 0);
  tone(659.25, 0.28);
  setTimeout(() => void audio.close(), 2_000);
}

export interface Chime {
  readonly isOn: Readonly<Ref<boolean>>;
  /** Turning it on plays it once: so one knows it, and the browser allows it. */
  toggle(): void;
  /** Plays when it is on. */
  ring(): void;
}

/** The sound of a new critical alarm: off until somebody wants it on this device. */
export function useChime(): Chime {
  const isOn = useLocalStorage('gridbell-chime', false);
  return {
    isOn: readonly(isOn),
    toggle() {
      isOn.value = !isOn.value;
      if (isOn.value) ring();
    },
    ring() {
      if (isOn.value) ring();
    },
  };
}
