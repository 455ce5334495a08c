import Domain
import HTTPTypes
package import WebGate

/// Every route of the API with its right and its refusals, in one place (spec 01 B24).
///
/// A test walks all of them with everybody in every workspace, and compares them with the router and `openapi.json`.
package enum RouteTable {
    package static let all: [RouteSpec] = Self.system + Self.people + Self.workspaces + Self.apps + Self.runs

    // MARK: - System

    package static let health = RouteSpec(.get, "/api/health", .open)
    package static let ready = RouteSpec(.get, "/api/ready", .open)
    package static let openAPI = RouteSpec(.get, "/api/openapi.json", .open)
    package static let previewRoot = RouteSpec(.get, "/preview/:token", .open)
    package static let previewFile = RouteSpec(.get, "/preview/:token/**", .open)
    static let system = [health, ready, openAPI, previewRoot, previewFile]

    // MARK: - People

    package static let identify = RouteSpec(.post, "/api/onboarding/identity", .anyone)
    package static let firstWorkspace = RouteSpec(.post, "/api/onboarding/workspace", .anyone)
    package static let onboardingStep = RouteSpec(.post, "/api/onboarding/step", .ready)
    package static let completeOnboarding = RouteSpec(.post, "/api/onboarding/complete", .ready)
    package static let context = RouteSpec(.get, "/api/onboarding/context", .ready)
    package static let changeContext = RouteSpec(.post, "/api/onboarding/context", .ready)
    package static let detectProvider = RouteSpec(.get, "/api/setup/detect-provider", .ready)
    package static let me = RouteSpec(.get, "/api/me", .ready)
    package static let preferences = RouteSpec(.get, "/api/me/preferences", .ready)
    package static let changePreferences = RouteSpec(.patch, "/api/me/preferences", .ready)
    package static let signOut = RouteSpec(.post, "/api/auth/logout", .anyone)
    static let people = [
        identify, firstWorkspace, onboardingStep, completeOnboarding, context, changeContext, detectProvider, me,
        preferences, changePreferences, signOut,
    ]

    // MARK: - Workspaces

    private static let workspace = "/api/workspaces/:w"
    package static let createWorkspace = RouteSpec(.post, "/api/workspaces", .ready)
    package static let renameWorkspace = RouteSpec(.patch, workspace, .member(.manageWorkspace))
    package static let sidebar = RouteSpec(.get, workspace + "/sidebar", .member(.viewWorkspace))
    package static let runtimeSettings = RouteSpec(.get, workspace + "/runtime-settings", .member(.viewWorkspace))
    package static let changeRuntimeSettings = RouteSpec(
        .patch,
        workspace + "/runtime-settings",
        .member(.manageWorkspace)
    )
    package static let events = RouteSpec(.get, workspace + "/events", .member(.viewWorkspace))
    static let workspaces = [createWorkspace, renameWorkspace, sidebar, runtimeSettings, changeRuntimeSettings, events]

    // MARK: - Apps

    private static let app = workspace + "/apps/:app"
    package static let listApps = RouteSpec(.get, workspace + "/apps", .member(.viewWorkspace))
    package static let createApp = RouteSpec(.post, workspace + "/apps", .member(.createApps))
    package static let appStatuses = RouteSpec(.get, workspace + "/apps/status", .member(.viewWorkspace))
    package static let showApp = RouteSpec(.get, app, .app(.view), missing: "not_found")
    package static let renameApp = RouteSpec(.patch, app, .app(.manage), missing: "not_found")
    package static let deleteApp = RouteSpec(.delete, app, .app(.manage), missing: "not_found")
    package static let changeAppSettings = RouteSpec(.patch, app + "/settings", .app(.collaborate))
    package static let collaborators = RouteSpec(.get, app + "/collaborators", .app(.manage))
    package static let changeCollaborators = RouteSpec(.patch, app + "/collaborators", .app(.manage))
    package static let appState = RouteSpec(.get, app + "/state", .app(.view))
    package static let files = RouteSpec(.get, app + "/files", .app(.view))
    package static let fileContent = RouteSpec(.get, app + "/files/content", .app(.view))
    package static let versions = RouteSpec(.get, app + "/versions", .app(.collaborate))
    package static let version = RouteSpec(.get, app + "/versions/:version", .app(.collaborate))
    package static let renameVersion = RouteSpec(.patch, app + "/versions/:version", .app(.collaborate))
    package static let diffVersion = RouteSpec(.get, app + "/versions/:version/diff", .app(.collaborate))
    package static let restoreVersion = RouteSpec(.post, app + "/versions/:version/restore", .app(.collaborate))
    package static let uploadAttachments = RouteSpec(.post, app + "/attachments", .app(.collaborate))
    package static let preview = RouteSpec(.get, app + "/preview", .app(.view))
    static let apps = [
        listApps, createApp, appStatuses, showApp, renameApp, deleteApp, changeAppSettings, collaborators,
        changeCollaborators, appState, files, fileContent, versions, version, renameVersion, diffVersion,
        restoreVersion, uploadAttachments, preview,
    ]

    // MARK: - Runs

    private static let run = app + "/runs/:run"
    package static let listRuns = RouteSpec(.get, app + "/runs", .app(.collaborateOrHidden))
    package static let createRun = RouteSpec(.post, app + "/runs", .app(.collaborate))
    package static let chat = RouteSpec(.get, run + "/chat", .app(.collaborateOrHidden))
    package static let sendChat = RouteSpec(.post, run + "/chat", .app(.collaborate))
    package static let stopChat = RouteSpec(.post, run + "/chat/stop", .app(.collaborateOrHidden))
    package static let chatStream = RouteSpec(.get, run + "/chat/stream", .app(.collaborateOrHidden))
    package static let runEvents = RouteSpec(.get, run + "/events", .app(.collaborateOrHidden))
    static let runs = [listRuns, createRun, chat, sendChat, stopChat, chatStream, runEvents]
}
