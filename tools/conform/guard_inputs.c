/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/guard_inputs.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bsn/helpers/bytes.h>

/* Addresses for all calls of a process, of which few are in use at once. */
#define SPACE ((gsize)1 << 36)
/* Calls that can be told apart; a check makes fewer. */
#define CALLS_MAX 262144u
#define ALIGN 16u

typedef struct {
	guint8 *begin, *end;
	const char *call;
	gboolean over;
} Range;

static guint8 *space, *space_next, *space_end;
static Range *ranges;
static guint n_ranges;
static gsize page_size;
static gboolean no_writes = TRUE, not_afterwards = TRUE;

void
inputs_watch(gboolean writes, gboolean afterwards)
{
	no_writes = writes;
	not_afterwards = afterwards;
}

static void
make_space(void)
{
	void *all = mmap(NULL, SPACE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	ranges = mmap(NULL, CALLS_MAX * sizeof(Range), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (all == MAP_FAILED || ranges == MAP_FAILED)
		g_error("no addresses for guarded inputs");
	page_size = (gsize)sysconf(_SC_PAGESIZE);
	space = space_next = all;
	space_end = space + SPACE;
}

static void
protect(guint8 *begin, guint8 *end, int protection)
{
	if (mprotect(begin, (gsize)(end - begin), protection) != 0)
		g_error("guarded inputs: mprotect");
}

gsize
inputs_size(guint64 len)
{
	return (gsize)(len + ALIGN - 1) / ALIGN * ALIGN + ALIGN;
}

/* The first one's size is the stride. */
static bsn_member *
member_at(const bsn_member *members, guint64 i)
{
	return (bsn_member *)((guintptr)members + i * RECORD_SIZE(members));
}

gsize
inputs_members_size(const bsn_member *members, guint64 n)
{
	gsize size = n > 0 ? inputs_size(n * RECORD_SIZE(members)) : 0;

	for (guint64 i = 0; i < n; i++) {
		const bsn_member *member = member_at(members, i);

		size += inputs_size(strlen(member->algorithm) + 1) +
			inputs_size(member->public_key.len) +
			inputs_size(member->name.len) +
			inputs_size(member->address.len);
	}
	return size;
}

void
inputs_begin(Inputs *inputs, const char *call, gsize bytes)
{
	gsize size;

	if (space == NULL)
		make_space();
	size = (bytes + page_size - 1) / page_size * page_size + page_size;
	if (n_ranges == CALLS_MAX || size > (gsize)(space_end - space_next))
		g_error("guarded inputs: too many calls in one check");
	*inputs = (Inputs){ .call = call,
			    .begin = space_next,
			    .at = space_next,
			    .end = space_next + size - page_size };
	/* A page between two calls stays out of reach. */
	space_next += size;
	if (inputs->end > inputs->begin)
		protect(inputs->begin, inputs->end, PROT_READ | PROT_WRITE);
	ranges[n_ranges++] = (Range){ inputs->begin, inputs->end + page_size,
				      call, FALSE };
}

void *
inputs_copy(Inputs *inputs, const void *data, gsize len)
{
	guint8 *at = inputs->at;

	if (data == NULL)
		return NULL;
	g_assert(inputs_size(len) <= (gsize)(inputs->end - at));
	if (len > 0)
		memcpy(at, data, len);
	inputs->at += inputs_size(len);
	return at;
}

bsn_slice
inputs_slice(Inputs *inputs, bsn_slice slice)
{
	return bsn_slice_of(inputs_copy(inputs, slice.data, slice.len),
			    slice.len);
}

const char *
inputs_text(Inputs *inputs, const char *text)
{
	return text != NULL ? inputs_copy(inputs, text, strlen(text) + 1)
			    : NULL;
}

const bsn_member *
inputs_members(Inputs *inputs, const bsn_member *members, guint64 n)
{
	const bsn_member *copy =
		n > 0 ? inputs_copy(inputs, members, n * RECORD_SIZE(members))
		      : NULL;

	for (guint64 i = 0; i < n; i++) {
		bsn_member *member = member_at(copy, i);

		member->algorithm = inputs_text(inputs, member->algorithm);
		member->public_key = inputs_slice(inputs, member->public_key);
		member->name = inputs_slice(inputs, member->name);
		member->address = inputs_slice(inputs, member->address);
	}
	return copy;
}

void
inputs_seal(Inputs *inputs)
{
	if (no_writes && inputs->end > inputs->begin)
		protect(inputs->begin, inputs->end, PROT_READ);
}

void
inputs_end(Inputs *inputs)
{
	if (not_afterwards && inputs->end > inputs->begin) {
		/* Their memory goes back, their addresses stay taken. */
		madvise(inputs->begin, (gsize)(inputs->end - inputs->begin),
			MADV_DONTNEED);
		protect(inputs->begin, inputs->end, PROT_NONE);
	}
	for (guint i = n_ranges; i-- > 0;)
		if (ranges[i].begin == inputs->begin) {
			ranges[i].over = TRUE;
			return;
		}
}

const char *
inputs_find(const void *address, gboolean *over)
{
	const guint8 *at = address;

	for (guint i = n_ranges; space != NULL && i-- > 0;)
		if (at >= ranges[i].begin && at < ranges[i].end) {
			*over = ranges[i].over;
			return ranges[i].call;
		}
	return NULL;
}
