package dev.formulary.engine.chores;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.config.Household;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.PlainError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks at a room when it is asked to, with `{"zone": "kitchen"}`: the camera's picture goes to a model like any client's call,
/// by the same rules, and tasks that are not on the room's list yet are put there. A picture that was looked at already adds
/// nothing, nor does a task that is on the list. One look for a list at a time. Thread-safe.
public final class Rounds implements Entrance, AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final @Nullable Household house;
    private final @Nullable HouseApi api;
    private final SeenPictures seen;
    private final Entrance known;
    private final Entrance chat;
    private final Set<String> looking = ConcurrentHashMap.newKeySet();

    /// @param house null where there is none
    /// @param loops where what is asked of it goes out
    /// @param seen where is kept which pictures were looked at
    /// @param known lets in whoever may call: answers with 200, or refuses
    /// @param chat answers a chat in OpenAI's format
    public Rounds(@Nullable Household house, EventLoops loops, Path seen, Entrance known, Entrance chat) {
        this.house = house;
        this.api = house == null ? null : new HouseApi(house, loops);
        this.seen = new SeenPictures(seen);
        this.known = known;
        this.chat = chat;
    }

    @Override
    public Answer enter(Arrival arrival) throws InterruptedException {
        Answer may = known.enter(arrival);
        if (may.status() != 200) {
            return may;
        }
        Household home = house;
        HouseApi assistant = api;
        if (home == null || assistant == null) {
            return error(404, "house_not_configured",
                    "there is no " + Household.FILE + " that says which rooms there are");
        }
        JsonNode asked = asked(arrival);
        String zone = asked.path("zone").asText("");
        Household.Room room = home.room(zone);
        if (room == null) {
            return error(404, "unknown_zone", "'zone' must be one of " + home.rooms().stream()
                    .map(Household.Room::zone).collect(Collectors.joining(", ")) + ", as in {\"zone\": \""
                    + home.rooms().getFirst().zone() + "\"}");
        }
        if (!looking.add(room.list())) {
            return error(409, "already_looking", "a room of the list " + room.list() + " is being looked at");
        }
        try {
            return look(home, assistant, room, asked.path("again").asBoolean(), arrival);
        } catch (HouseException e) {
            return error(502, "home_assistant_failed", String.valueOf(e.getMessage()));
        } finally {
            looking.remove(room.list());
        }
    }

    private static JsonNode asked(Arrival arrival) {
        try {
            return JSON.readTree(arrival.body());
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    private Answer look(Household home, HouseApi assistant, Household.Room room, boolean again, Arrival arrival)
            throws HouseException, InterruptedException {
        Picture picture = assistant.picture(room.camera());
        ObjectNode told = JSON.createObjectNode().put("zone", room.zone()).put("list", room.list());
        if (!again && seen.isSame(room.zone(), picture.hash())) {
            told.put("picture", "unchanged").put("added", 0).putArray("tasks");
            return new Answer.Whole(200, "application/json", Map.of(), bytes(told));
        }
        List<String> open = assistant.open(room.list());
        Answer answer = chat.enter(Inspection.of(room, home.model(), picture, open, arrival));
        if (!(answer instanceof Answer.Whole whole) || whole.status() != 200) {
            return answer;
        }
        List<Chore> chores = chores(whole);
        told.put("picture", "new");
        int added = add(home, assistant, room, chores, open, told.putArray("tasks"));
        told.put("added", added);
        seen.saw(room.zone(), picture.hash());
        return new Answer.Whole(200, "application/json", whole.headers(), bytes(told));
    }

    private static List<Chore> chores(Answer.Whole answer) throws HouseException {
        try {
            String content = JSON.readTree(answer.body()).at("/choices/0/message/content").asText();
            return Chore.of(JSON.readTree(content));
        } catch (IOException e) {
            throw new HouseException("the model's answer can't be read");
        }
    }

    private static int add(Household home, HouseApi assistant, Household.Room room, List<Chore> chores,
            List<String> open, ArrayNode told) throws HouseException, InterruptedException {
        Set<String> there = open.stream().map(Chore::key).collect(Collectors.toCollection(HashSet::new));
        int features = chores.isEmpty() ? 0 : assistant.features(room.list());
        int added = 0;
        for (Chore chore : chores) {
            String why = chore.confidence() < home.leastConfidence()
                    ? "not sure enough"
                    : there.add(Chore.key(chore.summary())) ? "" : "on the list already";
            if (why.isEmpty()) {
                assistant.add(room.list(), chore, features);
                added++;
            }
            ObjectNode task = told.addObject().put("summary", chore.summary()).put("priority", chore.priority())
                    .put("due", chore.due()).put("confidence", chore.confidence()).put("evidence", chore.evidence())
                    .put("added", why.isEmpty());
            if (!why.isEmpty()) {
                task.put("why", why);
            }
        }
        return added;
    }

    private static byte[] bytes(ObjectNode document) {
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Answer error(int status, String code, String message) {
        return PlainError.answer("", status, code, message, Map.of());
    }

    @Override
    public void close() {
        if (api != null) {
            api.close();
        }
    }
}
