/* SPDX-License-Identifier: ISC */
/*
 * Reads all records. The ids are cut into pieces: the caller's thread takes
 * them from the front and hands out matches as it goes, a second thread takes
 * them from the back and only notes ids, with a query and a transaction of its
 * own, until the two meet. So matches come in order of id, and neither waits
 * for the other before the end.
 */
#include "model/query_tree.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Ids in a piece, and how many ids make a second thread worth its while. */
#define PIECE 16384
/* Where ids are far apart, as after loading a dump that says so, pieces are
 * wider rather than more. */
#define PIECES_MOST 65536
#define PARALLEL    65536
/* Operands that are parsed once more without being felt. */
#define SHORT 64

struct scan {
	struct query *query;
	uint64_t from;
	int64_t end;	/* revision of creation, not included */
	uint64_t width; /* ids in a piece */
	size_t pieces;
	pthread_mutex_t lock;
	size_t front, back; /* pieces that nobody has taken */
	struct ids *noted;  /* by piece */
	atomic_bool stop;
	/* Of the second thread. */
	uint64_t examined;
	int result;
	struct fault fault;
};

static bool
take_front(struct scan *scan, size_t *piece)
{
	bool left;

	pthread_mutex_lock(&scan->lock);
	left = scan->front < scan->back;
	if (left)
		*piece = scan->front++;
	pthread_mutex_unlock(&scan->lock);
	return left;
}

static bool
take_back(struct scan *scan, size_t *piece)
{
	bool left;

	pthread_mutex_lock(&scan->lock);
	left = scan->front < scan->back && !atomic_load(&scan->stop);
	if (left)
		*piece = --scan->back;
	pthread_mutex_unlock(&scan->lock);
	return left;
}

/* The records of one piece. */
static int
scan_piece(struct query *query, const struct scan *scan, size_t piece, query_each *each,
    void *context, struct fault *fault)
{
	uint64_t from = scan->from + piece * scan->width, id;
	struct record_walk walk;
	struct record record;
	int found, result = 0;

	if (record_walk_open(&walk, query->txn, from, fault) == -1)
		return -1;
	while (
	    result == 0 && (found = record_walk_next(&walk, &id, &record, fault)) != 0) {
		if (found == -1)
			result = -1;
		else if (id - from >= scan->width || record_created(record) >= scan->end)
			break;
		else
			result = query_try(query, id, record, each, context, fault);
	}
	record_walk_close(&walk);
	return result;
}

static int
note(void *context, uint64_t id, struct record record, struct fault *fault)
{
	(void)record;
	return ids_add(context, id, fault);
}

/* Without a twin, or where the query cannot be had twice, all is left to the
 * first thread. */
static void *
scan_back(void *context)
{
	struct scan *scan = context;
	struct query *of = scan->query, *query = NULL;
	struct txn *txn = NULL;
	size_t piece;

	if (txn_twin(&txn, of->txn, &scan->fault) == 1 &&
	    query_parse(&query, txn, of->operands, of->operand_count, &of->options,
		&scan->fault) == 0) {
		while (scan->result == 0 && take_back(scan, &piece))
			scan->result = scan_piece(
			    query, scan, piece, note, &scan->noted[piece], &scan->fault);
		scan->examined = query->examined;
	}
	query_free(query);
	txn_end(txn);
	return NULL;
}

static int
scan_front(struct scan *scan, query_each *each, void *context, struct fault *fault)
{
	size_t piece;
	int result = 0;

	while (result == 0 && take_front(scan, &piece))
		result = scan_piece(scan->query, scan, piece, each, context, fault);
	return result;
}

static int
call_noted(const struct scan *scan, query_each *each, void *context, struct fault *fault)
{
	size_t piece;
	int result = 0;

	for (piece = scan->back; piece < scan->pieces && result == 0; piece++)
		result =
		    query_call(scan->query, &scan->noted[piece], each, context, fault);
	return result;
}

static int
scan_parallel(struct scan *scan, query_each *each, void *context, struct fault *fault)
{
	pthread_t thread;
	bool threaded;
	size_t i;
	int result;

	scan->noted = calloc(scan->pieces, sizeof(*scan->noted));
	if (scan->noted == NULL)
		return fault_memory(fault);
	threaded = pthread_create(&thread, NULL, scan_back, scan) == 0;
	result = scan_front(scan, each, context, fault);
	if (result != 0)
		atomic_store(&scan->stop, true);
	if (threaded)
		pthread_join(thread, NULL);
	scan->query->examined += scan->examined;
	if (result == 0 && scan->result == -1) {
		*fault = scan->fault;
		result = -1;
	}
	if (result == 0)
		result = call_noted(scan, each, context, fault);
	for (i = 0; i < scan->pieces; i++)
		ids_release(&scan->noted[i]);
	free(scan->noted);
	return result;
}

/* Whether testing records is work enough to be shared. */
static bool
is_worth_it(const struct scan *scan)
{
	const struct query *query = scan->query;

	return scan->pieces > PARALLEL / PIECE && query->depth == 0 &&
	    query->relations == NULL && !txn_writes(query->txn) &&
	    query->operand_count > 0 && query->operand_count <= SHORT;
}

int
query_scan(struct query *query, uint64_t from, int64_t end, query_each *each,
    void *context, struct fault *fault)
{
	uint64_t last = txn_next_id(query->txn);
	struct scan scan = { .query = query, .from = from, .end = end, .width = PIECE };
	int result;

	atomic_init(&scan.stop, false);
	if (last > from && (last - from) / PIECE >= PIECES_MOST)
		scan.width = (last - from) / PIECES_MOST + 1;
	if (last > from)
		scan.pieces = (size_t)((last - from) / scan.width + 1);
	scan.back = scan.pieces;
	if (pthread_mutex_init(&scan.lock, NULL) != 0)
		return fault_memory(fault);
	result = is_worth_it(&scan) ? scan_parallel(&scan, each, context, fault)
				    : scan_front(&scan, each, context, fault);
	pthread_mutex_destroy(&scan.lock);
	return result;
}
