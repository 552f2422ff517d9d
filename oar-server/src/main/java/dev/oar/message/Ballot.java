package dev.oar.message;

import dev.oar.config.JsonReader;
import dev.oar.preference.VoteChoice;

/**
 * A vote.
 *
 * @param place the place of the pair that is shown, from 1
 * @param choice what the rater says of it
 */
public record Ballot(int place, VoteChoice choice) {
    /**
     * Reads a vote.
     *
     * @throws dev.oar.config.ConfigException in one sentence, if it is none
     */
    public static Ballot read(byte[] json) {
        return JsonReader.read("the vote", json, Ballot.class);
    }
}
