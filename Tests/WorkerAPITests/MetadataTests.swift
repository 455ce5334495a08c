import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

@testable import WorkerAPI

@Suite struct MetadataTests {
    func read(_ events: [RuntimeEvent], prompt: String = "Build a tracker") -> WorkerMetadata? {
        var reader = MetadataReader(prompt: prompt)
        for event in events { reader.receive(event) }
        return reader.metadata
    }

    func text(_ text: String) -> [RuntimeEvent] { [.stream(.textDelta(index: 0, text))] }

    @Test func theToolCallCountsMost() {
        var reader = MetadataReader(prompt: "x")
        reader.receive(.assistant([.text(#"{"name":"Other","description":"Other one"}"#)]))
        reader.capture(name: "  Lead   Tracker ", description: "Keeps\nleads.")
        #expect(reader.metadata == WorkerMetadata(name: "Lead Tracker", description: "Keeps leads."))
    }

    @Test func theInputOfACallCountsWhenTheCallDidNotCome() {
        let events: [RuntimeEvent] = [
            .stream(.blockStart(index: 1, .toolUse(id: "t", name: "mcp__second__set_app_metadata"))),
            .stream(.inputDelta(index: 1, #"{"name":"Lead Tra"#)),
            .stream(.inputDelta(index: 1, #"cker","description":"Keeps leads."}"#)),
            .stream(.blockStop(index: 1)),
        ]
        #expect(self.read(events) == WorkerMetadata(name: "Lead Tracker", description: "Keeps leads."))
    }

    @Test(arguments: [
        #"Here: ```json\#n{"title":"Leads","summary":"Keeps {leads}."}\#n``` done"#,
        #"{ not json } {"appName":"Leads","appDescription":"Keeps {leads}."}"#,
        "**Name:** Leads\n- Description: \"Keeps {leads}.\"",
    ])
    func anObjectOrLinesInTheTextWillDo(_ text: String) {
        #expect(self.read(self.text(text)) == WorkerMetadata(name: "Leads", description: "Keeps {leads}."))
    }

    @Test(arguments: ["", "no idea", #"{"name":"Leads"}"#, "Name: Leads", #"{"name":"L","description":"x"}"#, "{{{{{{"])
    func nothingIsMadeUp(_ text: String) {
        #expect(self.read(self.text(text)) == nil)
    }

    @Test func namesAndDescriptionsAreCut() {
        let long = String(repeating: "x", count: 400)
        let found = self.read(self.text(#"{"name":"\#(long)","description":"\#(long)"}"#))
        #expect(found?.name.count == 80)
        #expect(found?.description.count == 300)
    }

    @Test func anEchoOfAQuestionForIdeasIsNoName() {
        let prompt = "Give me some ideas for my sales team"
        let echo = #"{"name":"Ideas for My Sales Team","description":"Some ideas."}"#
        #expect(self.read(self.text(echo), prompt: prompt)?.name == "Build Suggestions")
        let own = #"{"name":"Pipeline Board","description":"A board."}"#
        #expect(self.read(self.text(own), prompt: prompt)?.name == "Pipeline Board")
        #expect(self.read(self.text(own), prompt: "Build ideas of sales")?.name == "Pipeline Board")
    }

    @Test func aNameIsAskedForInADirectoryThatIsGoneAfterwards() async throws {
        let runtime = AgentRuntimeStandIn { turn, receive in
            #expect(turn.builtInTools.isEmpty)
            #expect(turn.allowedTools == ["mcp__second__set_app_metadata"])
            #expect(turn.maxTurns == 2)
            #expect(turn.prompt.count < 10_300)
            #expect(FileManager.default.fileExists(atPath: turn.workspace.path(percentEncoded: false)))
            try await receive(.stream(.textDelta(index: 0, #"{"name":"Leads","description":"Keeps leads."}"#)))
            throw RuntimeFailure.failed("max turns")
        }
        try await WorkerFixture.with(runtime) { fixture in
            let request = WorkerMetadataRequest(
                appID: .one,
                prompt: String(repeating: "x", count: 20_000),
                fallbackName: "",
                settings: .standard
            )
            let metadata = try await fixture.service.describe(request)
            #expect(metadata == WorkerMetadata(name: "Leads", description: "Keeps leads."))
            for folder in ["workspaces", "homes"] {
                let path = fixture.folder.appending(path: folder).path(percentEncoded: false)
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
            }
            let existsNow = try await fixture.service.status(of: .one).exists
            #expect(existsNow == false)
        }
    }

    @Test func aModelThatSaysNothingUsefulIsAFailure() async throws {
        try await WorkerFixture.with { fixture in
            let request = WorkerMetadataRequest(appID: .one, prompt: "x", fallbackName: "", settings: .standard)
            await #expect(throws: WorkerFailure.failed("metadata_generation_failed")) {
                _ = try await fixture.service.describe(request)
            }
        }
    }
}
