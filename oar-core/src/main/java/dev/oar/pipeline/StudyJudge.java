package dev.oar.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Who predicts what the arms of a seed have drawn: the any-order model of the next seed, which shares nothing with theirs but images and
 * tokenizer. Where all start from one model there is none.
 *
 * @param model the stage that trains it; empty where no other seed has a model of its own
 * @param name whose it is, or why there is none, to be put behind "by"
 */
record StudyJudge(Optional<AnyOrderStage> model, String name) {
    /**
     * The judge of a seed.
     *
     * @param seeds of the plan
     * @param firsts their first stages
     * @param place of the seed among them
     */
    static StudyJudge of(List<Long> seeds, List<FirstStages> firsts, int place) throws IOException {
        if (seeds.size() == 1) {
            return new StudyJudge(Optional.empty(), "no model: an independent one needs a second seed");
        }
        int next = (place + 1) % seeds.size();
        FirstStages own = firsts.get(place);
        FirstStages other = firsts.get(next);
        if (!own.tokenizer().fingerprint().equals(other.tokenizer().fingerprint())) {
            return new StudyJudge(Optional.empty(), "no model: those of other seeds have tokenizers of their own");
        }
        if (own.pretraining().fingerprint().equals(other.pretraining().fingerprint())) {
            return new StudyJudge(Optional.empty(), "no model: all seeds start from one any-order model");
        }
        return new StudyJudge(Optional.of(other.pretraining()), "the any-order model of seed " + seeds.get(next));
    }
}
