/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/raft-disk.h"

typedef struct {
	guint64 index;
	RaftEntry entry;
} Put;

/* One batch; seq 0: a block of the engine's. */
typedef struct {
	RaftSave change;
	GBytes *vote;
	RaftPoint base; /* voters NULL: not changed */
	GArray *puts;   /* Put */
	guint64 height;
} Batch;

/* What is on a disk. */
typedef struct {
	guint64 term;
	GBytes *vote;
	RaftPoint base;      /* voters NULL: none written */
	GHashTable *entries; /* index -> RaftEntry */
	guint64 height;
} Content;

struct RaftDisk {
	Content durable;
	GQueue batches; /* Batch, not durable */
	guint64 synced; /* batches that were, or are lost */
};

static void
free_entry(gpointer data)
{
	RaftEntry *entry = data;

	g_clear_pointer(&entry->data, g_bytes_unref);
	g_free(entry);
}

static void
clear_put(gpointer data)
{
	g_clear_pointer(&((Put *)data)->entry.data, g_bytes_unref);
}

static void
batch_free(gpointer data)
{
	Batch *batch = data;

	g_clear_pointer(&batch->vote, g_bytes_unref);
	g_clear_pointer(&batch->base.voters, g_ptr_array_unref);
	g_array_unref(batch->puts);
	g_free(batch);
}

RaftDisk *
raft_disk_new(void)
{
	RaftDisk *disk = g_new0(RaftDisk, 1);

	disk->durable.entries =
		g_hash_table_new_full(NULL, NULL, NULL, free_entry);
	return disk;
}

void
raft_disk_free(RaftDisk *disk)
{
	g_queue_clear_full(&disk->batches, batch_free);
	g_hash_table_unref(disk->durable.entries);
	g_clear_pointer(&disk->durable.vote, g_bytes_unref);
	g_clear_pointer(&disk->durable.base.voters, g_ptr_array_unref);
	g_free(disk);
}

guint64
raft_disk_batches(const RaftDisk *disk)
{
	return disk->synced + disk->batches.length;
}

static RaftEntry
copy_entry(const RaftEntry *entry)
{
	RaftEntry copy = *entry;

	if (copy.data != NULL)
		g_bytes_ref(copy.data);
	return copy;
}

static Batch *
add_batch(RaftDisk *disk)
{
	Batch *batch = g_new0(Batch, 1);

	batch->puts = g_array_new(FALSE, FALSE, sizeof(Put));
	g_array_set_clear_func(batch->puts, clear_put);
	g_queue_push_tail(&disk->batches, batch);
	return batch;
}

void
raft_disk_add(RaftDisk *disk, const Raft *raft, const RaftSave *change)
{
	Batch *batch = add_batch(disk);

	batch->change = *change;
	if (change->vote != NULL)
		batch->vote = g_bytes_ref(change->vote);
	if (change->base != NULL) {
		batch->base = *change->base;
		g_ptr_array_ref(batch->base.voters);
	}
	for (guint64 i = change->put_first; i <= change->put_last; i++) {
		Put put = { i, copy_entry(raft_entry(raft, i)) };

		g_assert_true(put.entry.data != NULL || put.entry.size == 0);
		g_array_append_val(batch->puts, put);
	}
}

void
raft_disk_add_block(RaftDisk *disk, guint64 height)
{
	add_batch(disk)->height = height;
}

static void
remove_range(Content *content, guint64 first, guint64 last)
{
	for (guint64 i = first; i <= last; i++)
		g_hash_table_remove(content->entries, GUINT_TO_POINTER(i));
}

static void
apply_hard(Content *content, Batch *batch)
{
	if (batch->change.hard) {
		content->term = batch->change.term;
		g_clear_pointer(&content->vote, g_bytes_unref);
		content->vote = g_steal_pointer(&batch->vote);
	}
	if (batch->base.voters == NULL)
		return;
	g_clear_pointer(&content->base.voters, g_ptr_array_unref);
	content->base = batch->base;
	batch->base.voters = NULL;
}

static void
apply(Content *content, Batch *batch)
{
	const RaftSave *change = &batch->change;

	content->height = MAX(content->height, batch->height);
	if (change->seq == 0)
		return;
	apply_hard(content, batch);
	remove_range(content, change->delete_first, change->delete_last);
	remove_range(content, change->cut_first, change->cut_last);
	for (guint i = 0; i < batch->puts->len; i++) {
		Put *put = &g_array_index(batch->puts, Put, i);
		RaftEntry entry = copy_entry(&put->entry);

		g_hash_table_replace(content->entries,
				     GUINT_TO_POINTER(put->index),
				     g_memdup2(&entry, sizeof(entry)));
	}
}

void
raft_disk_sync(RaftDisk *disk, guint64 batches, guint64 *seq, guint64 *height)
{
	*seq = *height = 0;
	while (disk->synced < batches && disk->batches.length > 0) {
		Batch *batch = g_queue_pop_head(&disk->batches);

		*seq = MAX(*seq, batch->change.seq);
		*height = MAX(*height, batch->height);
		apply(&disk->durable, batch);
		batch_free(batch);
		disk->synced++;
	}
}

guint64
raft_disk_crash(RaftDisk *disk)
{
	disk->synced += disk->batches.length;
	g_queue_clear_full(&disk->batches, batch_free);
	return disk->durable.height;
}

RaftRecord
raft_disk_record(RaftDisk *disk, RaftVoters *first)
{
	Content *content = &disk->durable;
	RaftRecord record = { .term = content->term };
	guint64 index = 0;

	raft_log_init(&record.log, first);
	if (content->vote != NULL)
		record.vote = g_bytes_ref(content->vote);
	if (content->base.voters != NULL) {
		RaftPoint base = content->base;

		g_ptr_array_ref(base.voters);
		raft_log_reset(&record.log, base);
		index = base.index;
	}
	for (;;) {
		const RaftEntry *found = g_hash_table_lookup(
			content->entries, GUINT_TO_POINTER(++index));
		RaftEntry entry;

		if (found == NULL)
			break;
		entry = copy_entry(found);
		/* As the plugin does, blocks stay on disk. */
		if (entry.kind == RAFT_BLOCK)
			g_clear_pointer(&entry.data, g_bytes_unref);
		raft_log_append(&record.log, entry);
	}
	g_assert_cmpuint(g_hash_table_size(content->entries), ==,
			 record.log.entries->len);
	return record;
}

GBytes *
raft_disk_load(const RaftDisk *disk, guint64 index)
{
	const RaftEntry *entry = NULL;

	for (GList *link = disk->batches.tail; link != NULL && entry == NULL;
	     link = link->prev) {
		const Batch *batch = link->data;

		for (guint i = 0; i < batch->puts->len; i++) {
			const Put *put = &g_array_index(batch->puts, Put, i);

			if (put->index == index)
				entry = &put->entry;
		}
	}
	if (entry == NULL)
		entry = g_hash_table_lookup(disk->durable.entries,
					    GUINT_TO_POINTER(index));
	return entry != NULL ? g_bytes_ref(entry->data) : NULL;
}
