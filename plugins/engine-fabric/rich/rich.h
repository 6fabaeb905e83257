/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/rich.h: queries by content, in CouchDB's words
 * (CouchDB 3 documentation, "/db/_find"), on the state of a chaincode: values
 * that are JSON objects are documents, all others are never found.
 *
 *	collate.c   CouchDB's order of JSON values (ICU for strings)
 *	document.c  a value as a document, and its fields
 *	selector.c  a selector, parsed and bounded; match.c: judges a document;
 *	            regex.c: regular expressions that come to an end
 *	request.c   selector, sort, limit, skip, bookmark, fields, use_index
 *	query.c     pages of results; rows.c: put in their order; look.c: one
 *	            document, as the simulation sees it
 *
 * A result is the same whatever indexes a node has: without `sort` documents
 * come by their keys; with it by the fields, those alike by their keys. So
 * endorsers need not have the same. All functions: [strand] unless it says
 * otherwise.
 *
 *	index.c     an index's definition, record and entries in the store
 *	indexes.c   which there are; maintain.c: what a block changes in them;
 *	            build.c: one that is new, or dropped, a step at a time
 *	walk.c      documents by an index, as a simulation sees them; plan.c:
 *	            which index, and which part of it
 *	prepare.c   indexes of the packages that this node runs
 */
#ifndef FABRIC_RICH_RICH_H
#define FABRIC_RICH_RICH_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/simulator.h"

/* Bytes of a query. */
#define RICH_QUERY_MAX (256u << 10)
/* Results of one query in all. */
#define RICH_RESULTS_MAX 100000u

/* A query of a simulation. Its results' keys are read by the simulation, as
 * Fabric has it; whether others would be found later nobody checks. */
typedef struct RichQuery RichQuery;

/* In: collection: empty: the public state, else a collection's values;
 *     query: JSON text; pages: results are asked for by pages, of page_size,
 *     0: all, instead of the query's limit; bookmark: may be empty. The
 *     simulator outlives it.
 * Returns: BSN_OK and a query for rich_query_free.
 * Errors:  BSN_BAD_REQUEST with what is wrong and where; BSN_TOO_LARGE. */
int32_t rich_query_new(Simulator *simulator, bsn_slice namespace,
		       bsn_slice collection, bsn_slice query, gboolean pages,
		       guint page_size, bsn_slice bookmark, RichQuery **rich, bsn_err *err);
/* Out: item: a reference to the next, NULL at the end. Errors: of
 * simulator_get; BSN_TOO_LARGE: it looks at too much. */
int32_t rich_query_next(RichQuery *rich, StateItem **item, bsn_err *err);
/* After the last of a page. Out: bookmark: appended to: where the next one
 * begins; nothing when there is none. Errors: as rich_query_next. */
int32_t rich_query_bookmark(RichQuery *rich, GByteArray *bookmark,
			    bsn_err *err);
void rich_query_free(RichQuery *rich);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RichQuery, rich_query_free)

/* ---- indexes ---- */

struct Definition;

/* Reads what the store has, and begins what is to be done in the background.
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t indexes_open(Channel *channel, bsn_err *err);
void indexes_close(Channel *channel);
/* A chaincode's package is here: it has the indexes that its package brings, and
 * no others; one that is uninstalled has none. */
void indexes_prepare(Channel *channel, const struct Definition *definition);
/* TIMER_INDEXES. */
void indexes_timer(Channel *channel);

#endif
