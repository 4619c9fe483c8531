/* SPDX-License-Identifier: ISC */
/*
 * A ring of batches between one reading and one taking thread. A file of one
 * batch is read by the caller itself: no thread is started for it.
 */
#include "rules/pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "rules/import_run.h"

#define BATCHES 3
/* A batch is full when its rows take this much, so that a few huge rows do
 * not pile up. */
#define BATCH_BYTES ((uint64_t)4 << 20)

enum state { BATCH_FREE, BATCH_FULL, BATCH_FAILED };

struct pipeline {
	struct pipeline_source source; /* with systems of its own */
	/* Of the second thread, while contacts are looked up ahead. */
	struct txn *txn;
	const struct field *contact;
	struct ids ids;
	struct buf text;
	struct batch batches[BATCHES];
	enum state states[BATCHES];
	size_t next; /* that the taker takes */
	bool taken;  /* the taker holds the one before */
	bool eof;    /* no row is left in the file */
	bool ended;  /* no batch comes any more */
	bool stop, threaded;
	struct fault fault; /* of the batch that failed */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
};

int
draft_make_keys(struct draft *draft, const struct kind *kind, const struct keyed *keys,
    size_t key_count, struct arena *arena, struct buf *text, struct fault *fault)
{
	struct view element, list;
	const struct cell *cell;
	struct change_key *key;
	size_t i;

	draft->key_count = 0;
	if (draft->code != NULL || key_count == 0)
		return 0;
	draft->keys = arena_take(arena, key_count * sizeof(*draft->keys));
	if (draft->keys == NULL)
		return fault_memory(fault);
	for (i = 0; i < key_count; i++) {
		cell = draft_cell(draft, keys[i].slot);
		if (cell == NULL || cell->value.len == 0 ||
		    (cell->flags & CELL_READ_ONLY) != 0)
			continue;
		list = element = cell->value;
		buf_clear(text);
		if ((keys[i].field->flags & FIELD_LIST) != 0) {
			struct buf scratch = BUF_EMPTY;

			if (list_next(&list, &element, &scratch))
				value_index_text(text, keys[i].field, element);
			buf_release(&scratch);
		} else {
			value_index_text(text, keys[i].field, element);
		}
		if (buf_check(text, fault) != 0)
			return -1;
		if (text->len == 0)
			continue;
		key = &draft->keys[draft->key_count++];
		key->slot = keys[i].slot;
		key->key = index_text_key(kind->number, key->slot, buf_as_view(text));
	}
	return 0;
}

/* Whom the row names, where that is one contact. */
static int
look_up(struct pipeline *pipeline, struct draft *draft, struct fault *fault)
{
	const struct cell *cell = pipeline->txn == NULL || draft->code != NULL
	    ? NULL
	    : draft_cell(draft, pipeline->contact->slot);

	draft->contact = 0;
	if (cell == NULL || cell->value.len == 0)
		return 0;
	if (reference_find(pipeline->txn, &pipeline->source.systems,
		pipeline->source.kind, draft, pipeline->contact, cell->value,
		&pipeline->ids, fault) != 0)
		return -1;
	if (pipeline->ids.count == 1)
		draft->contact = pipeline->ids.at[0];
	return 0;
}

/* Fills a batch; sets eof when the file has ended. */
static int
fill(struct pipeline *pipeline, struct batch *batch, struct fault *fault)
{
	uint64_t begin, done, size;
	struct row row;
	int got, pulled;

	batch->count = 0;
	arena_clear(&batch->arena);
	reader_position(pipeline->source.reader, &begin, &size);
	while (batch->count < BATCH_ROWS) {
		pulled = plan_pull(pipeline->source.plan, &batch->arena,
		    &batch->drafts[batch->count], fault);
		if (pulled < 0)
			return -1;
		if (pulled == 1) {
			if (draft_make_keys(&batch->drafts[batch->count],
				pipeline->source.kind, pipeline->source.keys,
				pipeline->source.key_count, &batch->arena,
				&pipeline->text, fault) != 0 ||
			    look_up(pipeline, &batch->drafts[batch->count], fault) != 0)
				return -1;
			batch->count++;
			continue;
		}
		if (pipeline->eof)
			break;
		reader_position(pipeline->source.reader, &done, &size);
		if (batch->count > 0 && done - begin > BATCH_BYTES)
			break;
		got = reader_next(pipeline->source.reader, &row, fault);
		if (got < 0 ||
		    plan_push(pipeline->source.plan, got == 1 ? &row : NULL, fault) != 0)
			return -1;
		pipeline->eof = got == 0;
	}
	reader_position(pipeline->source.reader, &batch->done, &batch->size);
	return 0;
}

static void *
read_batches(void *context)
{
	struct pipeline *pipeline = context;
	size_t at = 1;
	bool stop = false;
	int result;

	while (!stop) {
		pthread_mutex_lock(&pipeline->mutex);
		while (!pipeline->stop && pipeline->states[at] != BATCH_FREE)
			pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
		stop = pipeline->stop;
		pthread_mutex_unlock(&pipeline->mutex);
		if (stop)
			break;
		result = fill(pipeline, &pipeline->batches[at], &pipeline->fault);
		stop = result != 0 || pipeline->batches[at].count == 0;
		pthread_mutex_lock(&pipeline->mutex);
		pipeline->states[at] = result != 0 ? BATCH_FAILED : BATCH_FULL;
		pipeline->ended = stop;
		pthread_cond_broadcast(&pipeline->changed);
		pthread_mutex_unlock(&pipeline->mutex);
		at = (at + 1) % BATCHES;
	}
	return NULL;
}

/* The run may learn of a system while the other thread reads. */
static int
copy_systems(struct systems *systems, struct fault *fault)
{
	uint16_t *slots = malloc((systems->count + 1) * sizeof(*slots));

	if (slots == NULL)
		return fault_memory(fault);
	if (systems->count > 0)
		memcpy(slots, systems->slots, systems->count * sizeof(*slots));
	systems->slots = slots;
	return 0;
}

int
pipeline_open(
    struct pipeline **out, const struct pipeline_source *source, struct fault *fault)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	*out = NULL;
	if (pipeline == NULL)
		return fault_memory(fault);
	pipeline->source = *source;
	if (copy_systems(&pipeline->source.systems, fault) != 0) {
		free(pipeline);
		return -1;
	}
	pipeline->contact = reference_to_contact(source->kind);
	pthread_mutex_init(&pipeline->mutex, NULL);
	pthread_cond_init(&pipeline->changed, NULL);
	if (fill(pipeline, &pipeline->batches[0], fault) != 0) {
		pipeline_close(pipeline);
		return -1;
	}
	pipeline->states[0] = BATCH_FULL;
	if (pipeline->eof && pipeline->batches[0].count < BATCH_ROWS) {
		pipeline->ended = true;
	} else if (pipeline->contact != NULL && source->store != NULL &&
	    txn_begin(&pipeline->txn, source->store, fault) != 0) {
		pipeline_close(pipeline);
		return -1;
	} else if (pthread_create(&pipeline->thread, NULL, read_batches, pipeline) != 0) {
		pipeline_close(pipeline);
		return fault_set(
		    fault, FAULT_SYSTEM, "no thread could be started for reading");
	} else {
		pipeline->threaded = true;
	}
	*out = pipeline;
	return 0;
}

int
pipeline_next(struct pipeline *pipeline, struct batch **batch, struct fault *fault)
{
	size_t before = (pipeline->next + BATCHES - 1) % BATCHES;
	int result = 1;

	pthread_mutex_lock(&pipeline->mutex);
	if (pipeline->taken) {
		pipeline->states[before] = BATCH_FREE;
		pipeline->taken = false;
		pthread_cond_broadcast(&pipeline->changed);
	}
	while (pipeline->states[pipeline->next] == BATCH_FREE && !pipeline->ended)
		pthread_cond_wait(&pipeline->changed, &pipeline->mutex);
	if (pipeline->states[pipeline->next] == BATCH_FAILED) {
		*fault = pipeline->fault;
		result = -1;
	} else if (pipeline->states[pipeline->next] == BATCH_FREE ||
	    pipeline->batches[pipeline->next].count == 0) {
		result = 0;
	}
	if (result == 1) {
		*batch = &pipeline->batches[pipeline->next];
		pipeline->taken = true;
		pipeline->next = (pipeline->next + 1) % BATCHES;
	}
	pthread_mutex_unlock(&pipeline->mutex);
	return result;
}

void
pipeline_close(struct pipeline *pipeline)
{
	size_t i;

	if (pipeline == NULL)
		return;
	pthread_mutex_lock(&pipeline->mutex);
	pipeline->stop = true;
	pthread_cond_broadcast(&pipeline->changed);
	pthread_mutex_unlock(&pipeline->mutex);
	if (pipeline->threaded)
		pthread_join(pipeline->thread, NULL);
	for (i = 0; i < BATCHES; i++)
		arena_release(&pipeline->batches[i].arena);
	txn_end(pipeline->txn);
	free(pipeline->source.systems.slots);
	ids_release(&pipeline->ids);
	buf_release(&pipeline->text);
	pthread_cond_destroy(&pipeline->changed);
	pthread_mutex_destroy(&pipeline->mutex);
	free(pipeline);
}
