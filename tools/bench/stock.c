/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/stock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/ctl/error.h"

#define CHUNK_BYTES ((gsize)32 << 20)
#define ALIGN sizeof(guint64)

typedef struct {
	char *data;
	gsize used, size;
} Chunk;

struct Stock {
	GMutex mutex;	/* of all that follows, while it is filled */
	GArray *chunks; /* Chunk */
	char *directory;
	guint64 memory_left;
	guint64 units, transactions, bytes;
};

Stock *
stock_new(guint64 memory_max, const char *directory)
{
	Stock *stock = g_new0(Stock, 1);

	g_mutex_init(&stock->mutex);
	stock->chunks = g_array_new(FALSE, TRUE, sizeof(Chunk));
	stock->directory =
		g_strdup(directory != NULL ? directory : g_get_tmp_dir());
	stock->memory_left = memory_max;
	return stock;
}

void
stock_free(Stock *stock)
{
	if (stock == NULL)
		return;
	for (guint i = 0; i < stock->chunks->len; i++) {
		const Chunk *chunk = &g_array_index(stock->chunks, Chunk, i);

		munmap(chunk->data, chunk->size);
	}
	g_array_unref(stock->chunks);
	g_mutex_clear(&stock->mutex);
	g_free(stock->directory);
	g_free(stock);
}

/* ---- room --------------------------------------------------------------- */

/* A file without a name; -1 with errno. */
static int
open_file(const Stock *stock, gsize size)
{
	g_autofree char *name =
		g_build_filename(stock->directory, "bsn-bench-XXXXXX", NULL);
	const int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	unlink(name);
	errno = posix_fallocate(fd, 0, (off_t)size);
	if (errno == 0)
		return fd;
	close(fd);
	return -1;
}

static void *
map_file(const Stock *stock, gsize size)
{
	const int fd = open_file(stock, size);
	void *data;

	if (fd < 0)
		return MAP_FAILED;
	data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return data;
}

static void *
map_memory(Stock *stock, gsize size)
{
	stock->memory_left -= size;
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static gboolean
add_chunk(Stock *stock, gsize wanted, GError **error)
{
	Chunk chunk = { .size = MAX(CHUNK_BYTES, wanted) };
	void *data = chunk.size <= stock->memory_left
			     ? map_memory(stock, chunk.size)
			     : map_file(stock, chunk.size);

	if (data == MAP_FAILED)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"there is no room for requests in %s: %s\n"
				"Name another directory in TMPDIR, or send "
				"fewer.",
				stock->directory, g_strerror(errno));
	chunk.data = data;
	g_array_append_val(stock->chunks, chunk);
	return TRUE;
}

static Chunk *
last_chunk(const Stock *stock)
{
	return stock->chunks->len > 0 ? &g_array_index(stock->chunks, Chunk,
						       stock->chunks->len - 1)
				      : NULL;
}

static gsize
size_of(guint32 len)
{
	return (sizeof(StockUnit) + len + ALIGN - 1) / ALIGN * ALIGN;
}

/* Where the next one goes; NULL with an error. */
static StockUnit *
make_room(Stock *stock, gsize size, GError **error)
{
	Chunk *chunk = last_chunk(stock);
	StockUnit *unit;

	if (chunk == NULL || chunk->size - chunk->used < size) {
		if (!add_chunk(stock, size, error))
			return NULL;
		chunk = last_chunk(stock);
	}
	unit = (StockUnit *)(void *)(chunk->data + chunk->used);
	chunk->used += size;
	return unit;
}

gboolean
stock_add(Stock *stock, const StockUnit *unit, const char *body, GError **error)
{
	StockUnit *room;

	g_mutex_lock(&stock->mutex);
	room = make_room(stock, size_of(unit->len), error);
	if (room != NULL) {
		*room = *unit;
		memcpy(room->body, body, unit->len);
		stock->units++;
		stock->transactions += unit->n;
		stock->bytes += unit->len;
	}
	g_mutex_unlock(&stock->mutex);
	return room != NULL;
}

/* ---- reading ------------------------------------------------------------ */

const StockUnit *
stock_next(const Stock *stock, StockPlace *place)
{
	const StockUnit *unit;

	for (; place->chunk < stock->chunks->len; place->chunk++) {
		const Chunk *chunk =
			&g_array_index(stock->chunks, Chunk, place->chunk);

		if (place->at < chunk->used) {
			unit = (const StockUnit *)(const void *)(chunk->data +
								 place->at);
			place->at += size_of(unit->len);
			return unit;
		}
		place->at = 0;
	}
	return NULL;
}

guint64
stock_units(const Stock *stock)
{
	return stock->units;
}

guint64
stock_transactions(const Stock *stock)
{
	return stock->transactions;
}

guint64
stock_bytes(const Stock *stock)
{
	return stock->bytes;
}

guint64
stock_memory_default(void)
{
	const long pages = sysconf(_SC_PHYS_PAGES);
	const long size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (guint64)pages * (guint64)size / 4
				     : (guint64)1 << 30;
}
