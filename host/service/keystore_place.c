/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/keystore_place.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/service/keystore.h"

#define TEMPORARY ".writing"
#define PASSPHRASE_MAX 4096
/* Of a passphrase that is made: 256 bits, in hex. */
#define PASSPHRASE_BYTES 32
/* Rights of the group and of others. */
#define NOT_THE_OWNERS 077

G_DEFINE_QUARK(bsn-keystore-error, keystore_error)

gboolean
keystore_fail(GError **error, int code, const char *format, ...)
{
	va_list args;

	if (error == NULL)
		return FALSE;
	va_start(args, format);
	*error = g_error_new_valist(KEYSTORE_ERROR, code, format, args);
	va_end(args);
	return FALSE;
}

/* Makes the name of a new file or directory durable. */
static int
sync_parent(const char *path)
{
	g_autofree char *parent = g_path_get_dirname(path);
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = 0;

	if (fd < 0)
		return errno;
	if (fsync(fd) != 0)
		failed = errno;
	close(fd);
	return failed;
}

/* ---- rights ------------------------------------------------------------- */

static gboolean
check_rights(int fd, const char *path, const char *mode, GError **error)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return keystore_fail(error, KEYSTORE_IO,
				     "cannot look at %s: %s", path,
				     g_strerror(errno));
	if (info.st_uid != geteuid() && info.st_uid != 0)
		return keystore_fail(error, KEYSTORE_PERMISSIONS,
				     "%s belongs to another user: chown it to "
				     "the user that the host runs as",
				     path);
	if ((info.st_mode & NOT_THE_OWNERS) != 0)
		return keystore_fail(error, KEYSTORE_PERMISSIONS,
				     "%s is open to other users (mode %04o): "
				     "chmod %s %s",
				     path, (guint)info.st_mode & 07777, mode,
				     path);
	return TRUE;
}

static gboolean
check_directory(int fd, const char *directory, GError **error)
{
	if (!check_rights(fd, directory, "0700", error))
		return FALSE;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return TRUE;
	return keystore_fail(error, KEYSTORE_IO,
			     "another process uses the keystore %s: stop it "
			     "first",
			     directory);
}

int
keystore_place_open(const char *directory, GError **error)
{
	int failed = g_mkdir_with_parents(directory, 0700) == 0
			     ? sync_parent(directory)
			     : errno;
	int fd;

	if (failed != 0) {
		keystore_fail(error, KEYSTORE_IO, "cannot make %s: %s",
			      directory, g_strerror(failed));
		return -1;
	}
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		keystore_fail(error, KEYSTORE_IO, "cannot open %s: %s",
			      directory, g_strerror(errno));
		return -1;
	}
	if (check_directory(fd, directory, error))
		return fd;
	close(fd);
	return -1;
}

/* ---- files -------------------------------------------------------------- */

/* All of a file, NULL when it is larger than max or cannot be read (errno). */
static GByteArray *
read_all(int fd, gsize max)
{
	GByteArray *bytes = g_byte_array_sized_new((guint)max + 1);

	g_byte_array_set_size(bytes, (guint)max + 1);
	for (gsize len = 0; len <= max;) {
		gssize n = read(fd, bytes->data + len, max + 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			return g_byte_array_set_size(bytes, (guint)len);
		if (n < 0)
			break;
		len += (gsize)n;
		errno = EFBIG;
	}
	keystore_passphrase_free(bytes);
	return NULL;
}

GByteArray *
keystore_place_read(int directory, const char *name, gsize max, GError **error)
{
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	GByteArray *bytes = NULL;

	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd >= 0)
		bytes = read_all(fd, max);
	if (bytes == NULL)
		keystore_fail(error, KEYSTORE_IO, "cannot read %s: %s", name,
			      g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return bytes;
}

static int
write_all(int fd, const guint8 *data, gsize len)
{
	while (len > 0) {
		gssize n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			data += n;
			len -= (gsize)n;
		}
	}
	return fsync(fd) == 0 ? 0 : errno;
}

int
keystore_place_write(int directory, const char *name, const guint8 *data,
		     gsize len)
{
	int fd = openat(directory, TEMPORARY,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			0600);
	int failed;

	if (fd < 0)
		return errno;
	failed = write_all(fd, data, len);
	if (close(fd) != 0 && failed == 0)
		failed = errno;
	if (failed == 0 &&
	    renameat(directory, TEMPORARY, directory, name) != 0)
		failed = errno;
	if (failed != 0) {
		(void)unlinkat(directory, TEMPORARY, 0);
		return failed;
	}
	return fsync(directory) == 0 ? 0 : errno;
}

int
keystore_place_remove(int directory, const char *name)
{
	if (unlinkat(directory, name, 0) != 0 || fsync(directory) != 0)
		return errno;
	return 0;
}

/* ---- the passphrase ----------------------------------------------------- */

void
keystore_passphrase_free(GByteArray *passphrase)
{
	if (passphrase == NULL)
		return;
	OPENSSL_cleanse(passphrase->data, passphrase->len);
	g_byte_array_unref(passphrase);
}

static gboolean
make_passphrase(const char *file, GError **error)
{
	guint8 random[PASSPHRASE_BYTES];
	char text[2 * PASSPHRASE_BYTES + 2];
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int failed = fd < 0 ? errno : 0;

	if (failed == 0 && getrandom(random, sizeof(random), 0) !=
				   (gssize)sizeof(random))
		failed = EIO;
	for (gsize i = 0; failed == 0 && i < sizeof(random); i++)
		(void)snprintf(text + 2 * i, 3, "%02x", random[i]);
	text[sizeof(text) - 2] = '\n';
	if (failed == 0)
		failed = write_all(fd, (guint8 *)text, sizeof(text) - 1);
	if (failed == 0)
		failed = sync_parent(file);
	if (fd >= 0)
		close(fd);
	OPENSSL_cleanse(random, sizeof(random));
	OPENSSL_cleanse(text, sizeof(text));
	if (failed == 0)
		return TRUE;
	if (fd >= 0)
		(void)unlink(file);
	return keystore_fail(error, KEYSTORE_IO, "cannot make %s: %s", file,
			     g_strerror(failed));
}

static void
strip_line_end(GByteArray *passphrase)
{
	guint len = passphrase->len;

	if (len > 0 && passphrase->data[len - 1] == '\n')
		len--;
	if (len > 0 && passphrase->data[len - 1] == '\r')
		len--;
	passphrase->len = len;
}

static GByteArray *
read_passphrase(int fd, const char *file, GError **error)
{
	GByteArray *passphrase;

	if (!check_rights(fd, file, "0600", error))
		return NULL;
	passphrase = read_all(fd, PASSPHRASE_MAX);
	if (passphrase == NULL) {
		keystore_fail(error, KEYSTORE_IO, "cannot read %s: %s", file,
			      g_strerror(errno));
		return NULL;
	}
	strip_line_end(passphrase);
	if (passphrase->len > 0)
		return passphrase;
	keystore_passphrase_free(passphrase);
	keystore_fail(error, KEYSTORE_IO,
		      "%s is empty: put a passphrase into it, or remove it "
		      "to have one made",
		      file);
	return NULL;
}

GByteArray *
keystore_passphrase_read(const char *file, gboolean may_make, GError **error)
{
	GByteArray *passphrase;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT && may_make) {
		if (!make_passphrase(file, error))
			return NULL;
		fd = open(file, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0 && errno == ENOENT) {
		keystore_fail(error, KEYSTORE_IO,
			      "the passphrase file %s is gone, and without it "
			      "the keys cannot be read: restore it",
			      file);
		return NULL;
	}
	if (fd < 0) {
		keystore_fail(error, KEYSTORE_IO, "cannot open %s: %s", file,
			      g_strerror(errno));
		return NULL;
	}
	passphrase = read_passphrase(fd, file, error);
	close(fd);
	return passphrase;
}
