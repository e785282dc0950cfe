/* Preloaded before the C library: a disk that fails while the file named by FAILING_DISK exists. It holds one word:
   "sync" fails fsync and fdatasync after the data went to the system; "write" fails writes half way through. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char failing(void) {
  const char *file = getenv("FAILING_DISK");
  int descriptor = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  char word = 0;
  if (descriptor < 0) return 0;
  if (read(descriptor, &word, 1) != 1) word = 0;
  close(descriptor);
  return word;
}

static int sync_or_fail(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(descriptor);
  if (failing() != 's') return result;
  errno = EIO;
  return -1;
}
int fsync(int descriptor) { return sync_or_fail("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_or_fail("fdatasync", descriptor); }

static ssize_t write_or_fail(const char *name, int descriptor, const void *bytes, size_t count, off_t at) {
  ssize_t (*real)(int, const void *, size_t, off_t) =
      (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, name);
  if (failing() != 'w') return real(descriptor, bytes, count, at);
  real(descriptor, bytes, count / 2, at);
  errno = EIO;
  return -1;
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t at) {
  return write_or_fail("pwrite", descriptor, bytes, count, at);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t at) {
  return write_or_fail("pwrite64", descriptor, bytes, count, at);
}
