package lifestage;

/**
 * Stops batch calls that were given it, from any thread: for a user who does not want to wait, or a service that stops.
 */
public final class Cancel extends Owned {
    /** One that has not stopped anything yet; close it. */
    public Cancel() {
        super("cancel", Abi.lifestage_cancel_new(), Abi::lifestage_cancel_free);
    }

    /**
     * Stops the calls that were given this, those that follow too. Each ends with the fault {@code CANCELLED} as soon as
     * the rows in hand are done.
     *
     * @throws IllegalStateException if it is closed
     */
    public void cancel() {
        with(open -> {
            Abi.lifestage_cancel_set(open);
            return null;
        });
    }
}
