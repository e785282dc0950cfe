import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { wordsOfPages } from './words-of-pages.ts';

// For `vite` alone, while developing: the platform that answers the API.
const platform = process.env['GRIDBELL_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue(), wordsOfPages()],
  build: {
    target: 'es2022',
    // Small files written into the page as data: addresses would be refused by the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': platform, '/health': platform } },
});
