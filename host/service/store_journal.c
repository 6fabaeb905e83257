/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "host/service/store_crc.h"
#include "host/service/store_journal_private.h"

#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

/* ---- opening ---- */

gint64
store_journal_first(int directory_fd)
{
	g_autoptr(GArray) indices = segment_list(directory_fd);

	if (indices == NULL || indices->len == 0)
		return -1;
	return g_array_index(indices, guint32, 0);
}

int
store_journal_make(int directory_fd, guint64 id)
{
	g_autoptr(GArray) left = segment_list(directory_fd);
	Segment *segment;
	int code = left == NULL ? errno : 0;

	for (guint i = 0; code == 0 && i < left->len; i++)
		code = segment_check_unused(directory_fd,
					    g_array_index(left, guint32, i));
	if (code != 0)
		return code;
	for (guint i = 0; i < left->len; i++)
		segment_remove(directory_fd, g_array_index(left, guint32, i));
	code = segment_make(directory_fd, id, 0, SEGMENT_MIN, &segment);
	if (code == 0)
		segment_free(segment);
	return code;
}

static gboolean
judge(Segment *segment, guint64 id, GError **error)
{
	switch (segment_kind(segment, id)) {
	case SEGMENT_OURS:
		segment->headed = TRUE;
		return TRUE;
	case SEGMENT_BLANK:
		return TRUE;
	case SEGMENT_FOREIGN:
		return journal_refuse(error,
				      "has a journal-%u that belongs to "
				      "another store; put back the journal-* "
				      "files that belong to data.mdb",
				      segment->index);
	case SEGMENT_NEWER:
		return journal_refuse(error,
				      "has a journal-%u of a newer format; run "
				      "the version that wrote it, or a newer "
				      "one",
				      segment->index);
	case SEGMENT_UNREADABLE:
		break;
	}
	return journal_refuse(error, "cannot read journal-%u: %s",
			      segment->index, g_strerror(errno));
}

static gboolean
open_segments(StoreJournal *journal, GError **error)
{
	g_autoptr(GArray) indices = segment_list(journal->directory_fd);
	gboolean headed = FALSE;

	if (indices == NULL)
		return journal_refuse(error, "cannot be listed: %s",
				      g_strerror(errno));
	for (guint i = 0; i < indices->len; i++) {
		guint32 index = g_array_index(indices, guint32, i);
		Segment *segment =
			segment_open(journal->directory_fd, index,
				     journal->reads_only ? O_RDONLY : O_RDWR);

		if (segment == NULL)
			return journal_refuse(error,
					      "cannot open journal-%u: %s",
					      index, g_strerror(errno));
		g_ptr_array_add(journal->segments, segment);
		if (!judge(segment, journal->id, error))
			return FALSE;
		headed |= segment->headed;
	}
	if (headed)
		return TRUE;
	return journal_refuse(error,
			      "has no journal, without which data.mdb lacks "
			      "what was committed last: put back the journal-* "
			      "files that belong to it, or restore a copy "
			      "that bsn-hostd --copy-store made");
}

/* Segments without a head: making them was interrupted, unless they have
 * records that are needed; then the head is mended. */
static gboolean
tidy(StoreJournal *journal, GError **error)
{
	for (guint i = 0; i < journal->segments->len;) {
		Segment *segment = journal->segments->pdata[i];
		int code = 0;

		if (!segment->headed &&
		    segment->newest <= journal->folded.sequence) {
			segment_remove(journal->directory_fd, segment->index);
			g_ptr_array_remove_index(journal->segments, i);
			continue;
		}
		if (!segment->headed)
			code = segment_write_head(segment, journal->id);
		if (code != 0)
			return journal_refuse(error,
					      "cannot write journal-%u: %s",
					      segment->index, g_strerror(code));
		journal->bytes += segment->size;
		i++;
	}
	return TRUE;
}

static StoreJournal *
journal_new(int directory_fd, guint64 id, guint64 folded, gboolean reads_only)
{
	StoreJournal *journal = g_new0(StoreJournal, 1);

	journal->directory_fd = directory_fd;
	journal->id = id;
	journal->reads_only = reads_only;
	journal->folded.sequence = folded;
	journal->written.sequence = folded;
	journal->zeroes = g_malloc0(RECORD_BLOCK);
	journal->segments = g_ptr_array_new_with_free_func(
		(GDestroyNotify)(void (*)(void))segment_free);
	g_mutex_init(&journal->lock);
	return journal;
}

StoreJournal *
store_journal_open(int directory_fd, guint64 id, guint64 folded,
		   StoreJournalReplay replay, void *owner, GError **error)
{
	StoreJournal *journal = journal_new(directory_fd, id, folded, FALSE);

	if (open_segments(journal, error) &&
	    journal_scan(journal, replay, owner, error) && tidy(journal, error))
		return journal;
	store_journal_close(journal);
	return NULL;
}

gboolean
store_journal_read(int directory_fd, guint64 id, guint64 folded,
		   StoreJournalReplay replay, void *owner, GError **error)
{
	StoreJournal *journal = journal_new(directory_fd, id, folded, TRUE);
	gboolean done = open_segments(journal, error) &&
			journal_scan(journal, replay, owner, error);

	store_journal_close(journal);
	return done;
}

void
store_journal_close(StoreJournal *journal)
{
	if (journal == NULL)
		return;
	g_ptr_array_unref(journal->segments);
	g_mutex_clear(&journal->lock);
	g_free(journal->zeroes);
	g_free(journal);
}

/* ---- a place for a record ---- */

static gboolean
is_free(const StoreJournal *journal, const Segment *segment, guint64 folded)
{
	return segment != journal->current && segment->newest <= folded &&
	       (segment->view == NULL || !store_view_is_shared(segment->view));
}

static guint64
folded_sequence(StoreJournal *journal)
{
	guint64 sequence;

	g_mutex_lock(&journal->lock);
	sequence = journal->folded.sequence;
	g_mutex_unlock(&journal->lock);
	return sequence;
}

/* The smallest free one that is large enough. */
static Segment *
find_free(StoreJournal *journal, guint64 room)
{
	guint64 folded = folded_sequence(journal);
	Segment *best = NULL;

	for (guint i = 0; i < journal->segments->len; i++) {
		Segment *segment = journal->segments->pdata[i];

		if (is_free(journal, segment, folded) &&
		    segment->size >= RECORD_BLOCK + room &&
		    (best == NULL || segment->size < best->size))
			best = segment;
	}
	return best;
}

static int
make_segment(StoreJournal *journal, guint64 room, Segment **out)
{
	guint64 size = SEGMENT_MIN;
	guint32 index = 0;
	int code;

	for (guint i = 0; i < journal->segments->len; i++) {
		const Segment *segment = journal->segments->pdata[i];

		index = MAX(index, segment->index + 1);
		size = MAX(size, MIN(2 * segment->size, SEGMENT_USUAL));
	}
	size = MAX(size, RECORD_BLOCK + room);
	code = segment_make(journal->directory_fd, journal->id, index, size,
			    out);
	if (code != 0)
		return code;
	g_mutex_lock(&journal->lock);
	g_ptr_array_add(journal->segments, *out);
	journal->bytes += size;
	g_mutex_unlock(&journal->lock);
	return 0;
}

static int
find_place(StoreJournal *journal, guint64 room)
{
	Segment *next;
	int code = 0;

	if (journal->current != NULL &&
	    journal->current->size - journal->current->end >= room)
		return 0;
	next = find_free(journal, room);
	if (next == NULL)
		code = make_segment(journal, room, &next);
	if (code != 0)
		return code;
	g_mutex_lock(&journal->lock);
	next->end = RECORD_BLOCK;
	journal->current = next;
	g_mutex_unlock(&journal->lock);
	return 0;
}

/* Those that are larger than usual, once they are free. */
static void
drop_oversize(StoreJournal *journal)
{
	guint64 folded = folded_sequence(journal);

	for (guint i = 0; i < journal->segments->len;) {
		const Segment *segment = journal->segments->pdata[i];

		if (segment->size <= SEGMENT_MAX ||
		    !is_free(journal, segment, folded)) {
			i++;
			continue;
		}
		segment_remove(journal->directory_fd, segment->index);
		g_mutex_lock(&journal->lock);
		journal->bytes -= segment->size;
		g_ptr_array_remove_index(journal->segments, i);
		g_mutex_unlock(&journal->lock);
	}
}

/* ---- a record ---- */

static void
sum_up(const StoreBatch *group, RecordHead *head)
{
	for (; group != NULL; group = group->next) {
		if (!group->recorded)
			continue;
		head->len += group->size.data;
		head->frames++;
		head->frames_crc = store_crc(head->frames_crc, group->frame,
					     FRAME_HEAD_LEN);
	}
}

static gsize
advance(struct iovec *vec, gsize n, gsize written)
{
	gsize first = 0;

	while (first < n && written >= vec[first].iov_len)
		written -= vec[first++].iov_len;
	if (first < n) {
		vec[first].iov_base = (guint8 *)vec[first].iov_base + written;
		vec[first].iov_len -= written;
	}
	return first;
}

static int
write_vec(int fd, struct iovec *vec, gsize n, guint64 offset)
{
	while (n > 0) {
		ssize_t written =
			pwritev(fd, vec, (int)MIN(n, IOV_MAX), (off_t)offset);
		gsize done;

		if (written < 0 && errno == EINTR)
			continue;
		if (written == 0)
			return EIO;
		if (written < 0)
			return errno;
		offset += (guint64)written;
		done = advance(vec, n, (gsize)written);
		vec += done;
		n -= done;
	}
	return 0;
}

static gsize
count_pieces(const StoreBatch *group)
{
	gsize n = 0;

	for (; group != NULL; group = group->next)
		n += group->recorded ? store_batch_pieces_max(group) : 0;
	return n;
}

static int
write_record(const StoreJournal *journal, const RecordHead *head,
	     const StoreBatch *group)
{
	g_autofree struct iovec *vec =
		g_new(struct iovec, count_pieces(group) + 2);
	guint8 bytes[RECORD_HEAD_LEN];
	const Segment *segment = journal->current;
	guint64 rest = record_room(head->len) - RECORD_HEAD_LEN - head->len;
	gsize n = 0;
	int code;

	record_head_write(bytes, head);
	vec[n++] = (struct iovec){ bytes, sizeof(bytes) };
	for (; group != NULL; group = group->next)
		if (group->recorded)
			n += store_batch_pieces(group, vec + n);
	/* Whole blocks, so that the kernel need not read the last one. */
	if (rest > 0)
		vec[n++] = (struct iovec){ journal->zeroes, (gsize)rest };
	code = write_vec(segment->fd, vec, n, segment->end);
	if (code == 0 && fdatasync(segment->fd) != 0)
		code = errno;
	return code;
}

int
store_journal_append(StoreJournal *journal, const StoreBatch *group)
{
	RecordHead head = { .id = journal->id,
			    .sequence = journal->written.sequence + 1 };
	guint64 room;
	int code;

	sum_up(group, &head);
	if (head.frames == 0)
		return 0;
	room = record_room(head.len);
	code = find_place(journal, room);
	if (code == 0)
		code = write_record(journal, &head, group);
	if (code != 0)
		return code;
	g_mutex_lock(&journal->lock);
	journal->place = journal->current->end + RECORD_HEAD_LEN;
	journal->current->end += room;
	journal->current->newest = head.sequence;
	journal->written.sequence = head.sequence;
	journal->written.bytes += room;
	journal->records++;
	g_mutex_unlock(&journal->lock);
	drop_oversize(journal);
	return 0;
}

void
store_journal_place(StoreJournal *journal, StoreJournalPlace *out)
{
	g_mutex_lock(&journal->lock);
	out->view = segment_view(journal->current);
	out->at = journal->place;
	g_mutex_unlock(&journal->lock);
}

/* ---- from any thread ---- */

void
store_journal_mark(StoreJournal *journal, StoreJournalMark *out)
{
	g_mutex_lock(&journal->lock);
	*out = journal->written;
	g_mutex_unlock(&journal->lock);
}

void
store_journal_folded_mark(StoreJournal *journal, StoreJournalMark *out)
{
	g_mutex_lock(&journal->lock);
	*out = journal->folded;
	g_mutex_unlock(&journal->lock);
}

void
store_journal_folded(StoreJournal *journal, const StoreJournalMark *mark)
{
	g_mutex_lock(&journal->lock);
	journal->folded = *mark;
	g_mutex_unlock(&journal->lock);
}

static guint64
largest_room(const StoreJournal *journal)
{
	guint64 room = 0;

	if (journal->current != NULL)
		room = journal->current->size - journal->current->end;
	for (guint i = 0; i < journal->segments->len; i++) {
		const Segment *segment = journal->segments->pdata[i];

		if (is_free(journal, segment, journal->folded.sequence))
			room = MAX(room, segment->size - RECORD_BLOCK);
	}
	return room;
}

void
store_journal_usage(StoreJournal *journal, StoreJournalUsage *out)
{
	g_mutex_lock(&journal->lock);
	out->bytes = journal->bytes;
	out->unfolded = journal->written.bytes - journal->folded.bytes;
	out->records = journal->records;
	out->room = largest_room(journal);
	g_mutex_unlock(&journal->lock);
}
