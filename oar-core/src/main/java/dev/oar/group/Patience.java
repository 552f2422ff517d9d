package dev.oar.group;

import java.time.Duration;

/**
 * How long others are waited for.
 *
 * @param toCome until all ranks have been started; machines of a cluster may be free at different times
 * @param beat between two signs of life
 * @param unheard after which a rank that gives no sign of life is lost
 * @param unheardInDoubt the same once a connection has broken somewhere
 * @param toName after a connection has broken, until it must be known which rank was lost
 * @param toLeave of rank 0 for those that take leave
 */
record Patience(
        Duration toCome, Duration beat, Duration unheard, Duration unheardInDoubt, Duration toName, Duration toLeave) {
    static final Patience USUAL = new Patience(
            Duration.ofMinutes(5),
            Duration.ofMillis(500),
            Duration.ofSeconds(15),
            Duration.ofSeconds(4),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5));

    /** The same with another time to come. */
    Patience toCome(Duration time) {
        return new Patience(time, beat, unheard, unheardInDoubt, toName, toLeave);
    }
}
