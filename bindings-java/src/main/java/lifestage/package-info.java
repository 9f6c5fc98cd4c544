/**
 * lifestage: an embedded engine for telecom customer lifecycle management.
 *
 * <p>{@link lifestage.Engine} is the way in. An operation takes a record, as JSON or as a map, or tables by
 * column ({@link lifestage.Columns}); all are the same as in every other language, and the operation
 * {@code list_operations} describes them.
 */
package lifestage;
