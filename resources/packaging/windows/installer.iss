; Installs for one person, without an administrator. Made by make_installer.ps1, which defines Version.
#define Name "Imagegen Desktop"
#define Program "imagegen-desktop.exe"

[Setup]
AppId={{6E0A7C0B-5B0C-4E4B-9D0A-1B7C8F5D3A21}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher=The Imagegen Desktop authors
AppPublisherURL=https://github.com/imagegen-desktop/imagegen-desktop
VersionInfoVersion={#Version}
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
WizardStyle=modern
SetupIconFile=..\..\..\dist\icons\imagegen-desktop.ico
UninstallDisplayIcon={app}\{#Program}
UninstallDisplayName={#Name}
LicenseFile=..\..\..\LICENSE
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
Compression=lzma2/max
SolidCompression=yes
OutputDir=..\..\..\dist
OutputBaseFilename=imagegen-desktop-setup

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; What an older version had and this one has not. A person's library, settings and keys lie elsewhere.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\..\dist\imagegen-desktop\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\{#Program}"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Program}"; Tasks: desktopicon

[Registry]
; "Open with" for pictures, without taking them from another program.
Root: HKA; Subkey: "Software\Classes\ImagegenDesktop.Picture"; ValueType: string; ValueData: "Picture"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\ImagegenDesktop.Picture\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" --open ""%1"""
Root: HKA; Subkey: "Software\Classes\.png\OpenWithProgids"; ValueType: string; ValueName: "ImagegenDesktop.Picture"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.jpg\OpenWithProgids"; ValueType: string; ValueName: "ImagegenDesktop.Picture"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.jpeg\OpenWithProgids"; ValueType: string; ValueName: "ImagegenDesktop.Picture"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.webp\OpenWithProgids"; ValueType: string; ValueName: "ImagegenDesktop.Picture"; ValueData: ""; Flags: uninsdeletevalue

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent
