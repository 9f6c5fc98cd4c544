/**
 * lifestage: an embedded engine for telecom customer lifecycle management.
 *
 * <p>{@link lifestage.Engine} is the way in. Requests and responses are JSON texts, the same as in every other
 * language; the operation {@code list_operations} describes all of them.
 */
package lifestage;
